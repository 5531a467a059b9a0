package org.keyhaven.server.hsm;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.keyhaven.server.StartupException;
import org.keyhaven.server.admin.PrivateFile;

/** Reads a PIN: the first line of a file that nobody but its owner may read. */
final class PinFile {
  private static final int LONGEST = 1024;

  private PinFile() { }

  /** @return the PIN, which the caller wipes */
  static char[] read(Path file) {
    byte[] content = PrivateFile.read(file, "PIN file");
    try {
      if (content.length > LONGEST) {
        throw new StartupException("the PIN file " + file + " is too long; it must hold the PIN alone");
      }
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
      char[] pin = firstLine(text);
      Arrays.fill(text.array(), '\0');
      if (pin.length == 0) {
        throw new StartupException("the PIN file " + file + " is empty; write the token's user PIN on its first line");
      }
      return pin;
    } catch (CharacterCodingException e) {
      throw new StartupException("the PIN file " + file + " is not UTF-8 text", e);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  private static char[] firstLine(CharBuffer text) {
    int end = 0;
    while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
      end++;
    }
    char[] line = new char[end];
    text.get(line);
    return line;
  }
}
