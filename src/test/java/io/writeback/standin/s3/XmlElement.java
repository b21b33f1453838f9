package io.writeback.standin.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/** Reads XML that a client sent; whatever is wrong with it is MalformedXML. */
final class XmlElement {
  private final Element element;

  private XmlElement(Element element) {
    this.element = element;
  }

  static XmlElement parse(byte[] bytes, String root) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setNamespaceAware(true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      DocumentBuilder builder = factory.newDocumentBuilder();
      builder.setErrorHandler(new Strict());
      Element element = builder.parse(new ByteArrayInputStream(bytes)).getDocumentElement();
      if (!root.equals(element.getLocalName())) {
        throw new S3Error(S3ErrorCode.MALFORMED_XML);
      }
      return new XmlElement(element);
    } catch (SAXException | IOException e) {
      throw new S3Error(S3ErrorCode.MALFORMED_XML);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException(e);
    }
  }

  List<XmlElement> children(String name) {
    List<XmlElement> found = new ArrayList<>();
    for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element child && name.equals(child.getLocalName())) {
        found.add(new XmlElement(child));
      }
    }
    return found;
  }

  Optional<String> text(String name) {
    return children(name).stream().findFirst().map(child -> child.element.getTextContent());
  }

  String required(String name) {
    return text(name).orElseThrow(() -> new S3Error(S3ErrorCode.MALFORMED_XML));
  }

  int requiredInt(String name) {
    try {
      return Integer.parseInt(required(name).trim());
    } catch (NumberFormatException e) {
      throw new S3Error(S3ErrorCode.MALFORMED_XML);
    }
  }

  /** The default handler prints to standard error. */
  private static final class Strict implements ErrorHandler {
    @Override
    public void warning(SAXParseException e) {
      // Nothing that changes what was read.
    }

    @Override
    public void error(SAXParseException e) throws SAXException {
      throw e;
    }

    @Override
    public void fatalError(SAXParseException e) throws SAXException {
      throw e;
    }
  }
}
