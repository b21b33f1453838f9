package io.writeback;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The one direction in which packages depend on each other. */
@AnalyzeClasses(packages = "io.writeback", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] LEAVES = {
    "io.writeback", "io.writeback.config..", "io.writeback.retry..", "io.writeback.metrics.."
  };

  private static final String[] VENDORS = {
    "com.google.cloud..",
    "com.google.api..",
    "com.google.auth..",
    "io.grpc..",
    "software.amazon..",
    "com.amazon..",
    "org.apache.hc.."
  };

  @ArchTest
  static final ArchRule leavesKnowNoFeature =
      noClasses()
          .that()
          .resideInAnyPackage(LEAVES)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.writeback.domo..",
              "io.writeback.bigquery..",
              "io.writeback.redshift..",
              "io.writeback.sink..",
              "io.writeback.snapshot..");

  @ArchTest
  static final ArchRule theSnapshotContractKnowsOnlyLeaves =
      noClasses()
          .that()
          .resideInAPackage("io.writeback.snapshot..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.writeback.domo..",
              "io.writeback.bigquery..",
              "io.writeback.redshift..",
              "io.writeback.sink..");

  @ArchTest
  static final ArchRule theSourceKnowsNoSink =
      noClasses()
          .that()
          .resideInAPackage("io.writeback.domo..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.writeback.bigquery..", "io.writeback.redshift..", "io.writeback.sink..");

  @ArchTest
  static final ArchRule bigQueryKnowsNeitherDomoNorRedshift =
      noClasses()
          .that()
          .resideInAPackage("io.writeback.bigquery..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.writeback.domo..", "io.writeback.redshift..");

  @ArchTest
  static final ArchRule redshiftKnowsNeitherDomoNorBigQuery =
      noClasses()
          .that()
          .resideInAPackage("io.writeback.redshift..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.writeback.domo..", "io.writeback.bigquery..");

  @ArchTest
  static final ArchRule theEngineKnowsNoVendor =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.writeback.sink..", "io.writeback.snapshot..", "io.writeback.config..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(VENDORS)
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.writeback.domo..", "io.writeback.bigquery..", "io.writeback.redshift..");

  /**
   * A worker may bring an AWS SDK of its own; only a client with explicit parts is safe there, so
   * one class builds them all.
   */
  @ArchTest
  static final ArchRule oneClassBuildsAwsClients =
      noClasses()
          .that()
          .doNotHaveSimpleName("AwsClients")
          .should()
          .callMethodWhere(
              com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                      com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching(
                          "builder|create"))
                  .and(
                      com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                          com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With
                              .owner(
                                  com.tngtech.archunit.core.domain.JavaClass.Predicates
                                      .assignableTo("software.amazon.awssdk.core.SdkClient")))));

  /** A class is named for what it is in this field. */
  @ArchTest
  static final ArchRule noUtilsHelpersManagersOrImpls =
      classes()
          .should()
          .haveSimpleNameNotEndingWith("Utils")
          .andShould()
          .haveSimpleNameNotEndingWith("Helper")
          .andShould()
          .haveSimpleNameNotEndingWith("Manager")
          .andShould()
          .haveSimpleNameNotEndingWith("Impl");
}
