package io.writeback.standin.s3;

import java.util.Set;

/**
 * A role that STS gives out.
 *
 * @param trusted access keys that may assume it; empty for every known key
 * @param externalId demanded by AssumeRole, or null
 * @param webIdentityTokens tokens that AssumeRoleWithWebIdentity accepts
 */
public record StsRole(
    String arn, Set<String> trusted, String externalId, Set<String> webIdentityTokens) {
  public StsRole {
    trusted = Set.copyOf(trusted);
    webIdentityTokens = Set.copyOf(webIdentityTokens);
  }

  /** A role that every known key may assume. */
  public static StsRole open(String arn) {
    return new StsRole(arn, Set.of(), null, Set.of());
  }
}
