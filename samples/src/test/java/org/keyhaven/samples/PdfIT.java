package org.keyhaven.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PDFBox signs documents with keys in a vault. */
class PdfIT {
  private static VaultOfTests vault;

  @BeforeAll
  static void open() throws Exception {
    vault = new VaultOfTests();
  }

  @AfterAll
  static void close() {
    vault.close();
  }

  @ParameterizedTest
  @CsvSource({"samples-rsa, SHA256withRSA", "samples-ec, SHA256withECDSA"})
  void pdfBoxSignsADocument(String alias, String algorithm) throws Exception {
    ByteArrayOutputStream unsigned = new ByteArrayOutputStream();
    try (PDDocument document = new PDDocument()) {
      document.addPage(new PDPage());
      document.save(unsigned);
    }
    ByteArrayOutputStream signed = new ByteArrayOutputStream();
    try (PDDocument document = Loader.loadPDF(unsigned.toByteArray())) {
      PDSignature signature = new PDSignature();
      signature.setFilter(PDSignature.FILTER_ADOBE_PPKLITE);
      signature.setSubFilter(PDSignature.SUBFILTER_ADBE_PKCS7_DETACHED);
      document.addSignature(signature, content -> cms(alias, algorithm, content.readAllBytes()));
      document.saveIncremental(signed);
    }

    X509Certificate certificate = vault.certificate(alias);
    byte[] pdf = signed.toByteArray();
    assertThat(BouncyCastleIT.verified(signature(pdf), certificate)).isTrue();
    pdf[20] ^= 1;
    assertThatThrownBy(() -> BouncyCastleIT.verified(signature(pdf), certificate)).isInstanceOf(CMSException.class);
  }

  private static byte[] cms(String alias, String algorithm, byte[] content) throws IOException {
    try {
      return BouncyCastleIT.cms(vault, alias, new JcaContentSignerBuilder(algorithm).build(vault.key(alias)), content, false)
          .getEncoded();
    } catch (GeneralSecurityException | OperatorCreationException | CMSException e) {
      throw new IOException(e);
    }
  }

  private static CMSSignedData signature(byte[] pdf) throws Exception {
    try (PDDocument document = Loader.loadPDF(pdf)) {
      PDSignature signature = document.getSignatureDictionaries().get(0);
      // Zeros follow the signature, for which room was left.
      ContentInfo cms;
      try (ASN1InputStream contents = new ASN1InputStream(signature.getContents(pdf))) {
        cms = ContentInfo.getInstance(contents.readObject());
      }
      return new CMSSignedData(new CMSProcessableByteArray(signature.getSignedContent(pdf)), cms);
    }
  }
}
