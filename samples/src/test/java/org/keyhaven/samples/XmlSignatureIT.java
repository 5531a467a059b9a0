package org.keyhaven.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.util.List;
import javax.xml.crypto.dsig.CanonicalizationMethod;
import javax.xml.crypto.dsig.DigestMethod;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.SignedInfo;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.xml.security.Init;
import org.apache.xml.security.signature.XMLSignature;
import org.apache.xml.security.transforms.Transforms;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.provider.KeyhavenProvider;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** Apache Santuario and the JDK's javax.xml.crypto sign XML with keys in a vault; the JDK validates with public keys. */
class XmlSignatureIT {
  private static VaultOfTests vault;

  @BeforeAll
  static void open() throws Exception {
    Init.init();
    vault = new VaultOfTests();
  }

  @AfterAll
  static void close() {
    vault.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {XMLSignature.ALGO_ID_SIGNATURE_RSA_SHA256, XMLSignature.ALGO_ID_SIGNATURE_RSA_SHA512,
      XMLSignature.ALGO_ID_SIGNATURE_RSA_SHA256_MGF1, XMLSignature.ALGO_ID_SIGNATURE_ECDSA_SHA256})
  void santuarioSigns(String method) throws Exception {
    Document document = document();
    XMLSignature signature = new XMLSignature(document, "", method, provider(method));
    document.getDocumentElement().appendChild(signature.getElement());
    Transforms transforms = new Transforms(document);
    transforms.addTransform(Transforms.TRANSFORM_ENVELOPED_SIGNATURE);
    signature.addDocument("", transforms, DigestMethod.SHA256);
    signature.sign(vault.key(alias(method)));
    assertSigned(document, alias(method));
  }

  @ParameterizedTest
  @ValueSource(strings = {XMLSignature.ALGO_ID_SIGNATURE_RSA_SHA256, XMLSignature.ALGO_ID_SIGNATURE_RSA_SHA512,
      XMLSignature.ALGO_ID_SIGNATURE_RSA_SHA256_MGF1, XMLSignature.ALGO_ID_SIGNATURE_ECDSA_SHA256,
      XMLSignature.ALGO_ID_SIGNATURE_ECDSA_SHA384})
  void theJdkSigns(String method) throws Exception {
    XMLSignatureFactory factory = XMLSignatureFactory.getInstance("DOM");
    Reference reference = factory.newReference("", factory.newDigestMethod(DigestMethod.SHA256, null),
        List.of(factory.newTransform(Transform.ENVELOPED, (TransformParameterSpec) null)), null, null);
    SignedInfo info = factory.newSignedInfo(
        factory.newCanonicalizationMethod(CanonicalizationMethod.EXCLUSIVE, (C14NMethodParameterSpec) null),
        factory.newSignatureMethod(method, null), List.of(reference));
    Document document = document();
    DOMSignContext context = new DOMSignContext(vault.key(alias(method)), document.getDocumentElement());
    if (provider(method) != null) {
      context.setProperty("org.jcp.xml.dsig.internal.dom.SignatureProvider", provider(method));
    }
    factory.newXMLSignature(info, null).sign(context);
    assertSigned(document, alias(method));
  }

  /** Only for PSS, whose parameters are set before the key: the JDK's provider would take them. */
  private static Provider provider(String method) {
    return method.endsWith("MGF1") ? Security.getProvider(KeyhavenProvider.NAME) : null;
  }

  private static String alias(String method) {
    return method.contains("ecdsa") ? VaultOfTests.EC : VaultOfTests.RSA;
  }

  /** As a receiver would: from text, with the public key alone; and what was changed on the way is noticed. */
  private static void assertSigned(Document document, String alias) throws Exception {
    StringWriter text = new StringWriter();
    TransformerFactory.newInstance().newTransformer().transform(new DOMSource(document), new StreamResult(text));
    PublicKey key = vault.certificate(alias).getPublicKey();
    assertThat(valid(text.toString(), key)).isTrue();
    assertThat(valid(text.toString().replace("a hundred", "a thousand"), key)).isFalse();
  }

  private static boolean valid(String xml, PublicKey key) throws Exception {
    DocumentBuilderFactory builders = DocumentBuilderFactory.newInstance();
    builders.setNamespaceAware(true);
    Document received = builders.newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    DOMValidateContext context = new DOMValidateContext(key,
        received.getElementsByTagNameNS(javax.xml.crypto.dsig.XMLSignature.XMLNS, "Signature").item(0));
    XMLSignatureFactory factory = XMLSignatureFactory.getInstance("DOM");
    return factory.unmarshalXMLSignature(context).validate(context);
  }

  private static Document document() throws Exception {
    DocumentBuilderFactory builders = DocumentBuilderFactory.newInstance();
    builders.setNamespaceAware(true);
    return builders.newDocumentBuilder().parse(
        new ByteArrayInputStream("<order><amount>a hundred</amount></order>".getBytes(StandardCharsets.UTF_8)));
  }
}
