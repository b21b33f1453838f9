package io.writeback.standin.s3;

import java.util.function.Consumer;

/** Writes XML. */
final class XmlText {
  private final StringBuilder text =
      new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");

  static String document(String root, String namespace, Consumer<XmlText> content) {
    XmlText xml = new XmlText();
    xml.text.append('<').append(root);
    if (!namespace.isEmpty()) {
      xml.text.append(" xmlns=\"").append(namespace).append('"');
    }
    xml.text.append('>');
    content.accept(xml);
    return xml.text.append("</").append(root).append('>').toString();
  }

  XmlText element(String name, Object value) {
    text.append('<').append(name).append('>');
    escape(String.valueOf(value));
    text.append("</").append(name).append('>');
    return this;
  }

  /** Writes an element unless its value is null or empty. */
  XmlText optional(String name, String value) {
    return value == null || value.isEmpty() ? this : element(name, value);
  }

  XmlText nested(String name, Consumer<XmlText> content) {
    text.append('<').append(name).append('>');
    content.accept(this);
    text.append("</").append(name).append('>');
    return this;
  }

  private void escape(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '<' -> text.append("&lt;");
        case '>' -> text.append("&gt;");
        case '&' -> text.append("&amp;");
        case '"' -> text.append("&quot;");
        default -> {
          if (c < ' ') {
            text.append("&#").append((int) c).append(';');
          } else {
            text.append(c);
          }
        }
      }
    }
  }
}
