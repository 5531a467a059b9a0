package org.keyhaven.server.hsm;

import iaik.pkcs.pkcs11.wrapper.PKCS11;
import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.keyhaven.server.StartupException;
import org.keyhaven.server.admin.PrivateFile;
import org.xipki.pkcs11.wrapper.PKCS11Constants;

/**
 * SoftHSM 2, the HSM of a machine that has none: found where packages put it, and given a token of our own.
 *
 * <p>SoftHSM takes the path of its configuration from the environment variable {@link #CONFIGURATION_VARIABLE}, and a JVM
 * cannot change its own environment. So whoever starts the JVM sets it, to a file that need not exist yet: the launcher to
 * {@code <data>/softhsm/softhsm2.conf}, the build to a file under target/ (docs/adr/0003).
 */
public final class SoftHsm {
  /** Names SoftHSM's configuration file. */
  public static final String CONFIGURATION_VARIABLE = "SOFTHSM2_CONF";
  /** Names the module, where it is in an unusual place. */
  public static final String MODULE_VARIABLE = "SOFTHSM2_LIB";

  /** How many session objects are made before it is restarted where it may be: about 25 MB that it keeps of them. */
  public static final long MOST_OBJECTS = 100_000;

  private static final String LIBRARY = "libsofthsm2.so";
  private static final List<Path> PLACES = Stream.of(
      "/usr/lib/softhsm", "/usr/local/lib/softhsm", "/usr/lib64/pkcs11", "/usr/lib64/softhsm", "/usr/lib64",
      "/usr/lib/pkcs11", "/usr/lib", "/usr/lib/x86_64-linux-gnu/softhsm", "/usr/lib/aarch64-linux-gnu/softhsm",
      "/opt/homebrew/lib/softhsm", "/home/linuxbrew/.linuxbrew/lib/softhsm").map(Path::of).toList();
  private static final SecureRandom RANDOM = new SecureRandom();

  private SoftHsm() { }

  /** The module: what SOFTHSM2_LIB names, or else where the packages of Debian, Fedora, Alpine and Homebrew put it. */
  public static Optional<Path> find() {
    return find(System.getenv(), PLACES);
  }

  static Optional<Path> find(Map<String, String> environment, List<Path> places) {
    String named = environment.get(MODULE_VARIABLE);
    if (named != null && !named.isBlank()) {
      return Optional.of(Path.of(named));
    }
    return places.stream().map(place -> place.resolve(LIBRARY)).filter(Files::isRegularFile).findFirst();
  }

  /**
   * Makes sure that {@code directory} has a token: makes one the first time (its label and its random PIN go into the
   * files {@code label} and {@code pin} there, mode 0600), finds it again afterwards. The token's objects are where the
   * configuration that SOFTHSM2_CONF names says; when that file does not exist yet it is written, with a token directory
   * beside it.
   *
   * <p>The security officer's PIN is random and forgotten: nobody resets the token, and a lost PIN file is a lost token.
   *
   * @param directory created when absent
   * @throws StartupException when SOFTHSM2_CONF is not set, the directory cannot be written, or SoftHSM refuses
   */
  public static Pkcs11Options provision(Path module, Path directory) {
    String configuration = System.getenv(CONFIGURATION_VARIABLE);
    if (configuration == null || configuration.isBlank()) {
      throw new StartupException("SoftHSM needs the environment variable " + CONFIGURATION_VARIABLE
          + "; start with ./keyhaven, or set it to " + directory.resolve("softhsm2.conf").toAbsolutePath());
    }
    try {
      Files.createDirectories(directory);
      configure(Path.of(configuration).toAbsolutePath(), directory);
      Path label = directory.resolve("label");
      Path pin = directory.resolve("pin");
      if (!Files.exists(label)) {
        // The label is written last: a token without it was never finished, and is left behind empty.
        PrivateFile.write(label, createToken(Pkcs11Module.load(module), pin).getBytes(StandardCharsets.UTF_8));
      }
      return new Pkcs11Options(module, Files.readString(label).strip(), pin);
    } catch (IOException e) {
      throw new StartupException("cannot prepare SoftHSM in " + directory + ": " + e, e);
    } catch (PKCS11Exception e) {
      throw new StartupException("SoftHSM cannot make a token: " + Ckr.name(e) + "; see " + configuration
          + " and the system's log", e);
    }
  }

  /** Ours is written at each start, for the directory may have been moved; another is written when absent alone. */
  private static void configure(Path file, Path directory) throws IOException {
    if (Files.exists(file) && !Files.isSameFile(file.getParent(), directory)) {
      return;
    }
    Path tokens = file.resolveSibling("tokens");
    Files.createDirectories(tokens);
    PrivateFile.write(file, ("directories.tokendir = " + tokens + "\nobjectstore.backend = file\nlog.level = ERROR\n"
        + "slots.removable = false\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Through the module itself, so that no PIN appears on a command line. */
  private static String createToken(Pkcs11Module module, Path pinFile) throws PKCS11Exception, IOException {
    String label = "keyhaven-" + random(4);
    char[] pin = random(16).toCharArray();
    char[] officerPin = random(16).toCharArray();
    module.join();
    try {
      PrivateFile.write(pinFile, new String(pin).getBytes(StandardCharsets.UTF_8));
      PKCS11 api = module.api();
      OptionalLong blank = module.blankSlot();
      if (blank.isEmpty()) {
        throw new StartupException("the PKCS#11 module " + module.path() + " has no slot for a new token; is it SoftHSM 2?");
      }
      api.C_InitToken(blank.getAsLong(), officerPin, String.format("%-32s", label).toCharArray(), true);
      long slot = module.slotOf(label).orElseThrow(() ->
          new StartupException("the PKCS#11 module " + module.path() + " does not show the token that it just made"));
      long flags = PKCS11Constants.CKF_SERIAL_SESSION | PKCS11Constants.CKF_RW_SESSION;
      long session = api.C_OpenSession(slot, flags, null, null);
      try {
        api.C_Login(session, PKCS11Constants.CKU_SO, officerPin, true);
        api.C_InitPIN(session, pin, true);
        api.C_Logout(session);
      } finally {
        api.C_CloseSession(session);
      }
      return label;
    } finally {
      module.leave();
      Arrays.fill(pin, '\0');
      Arrays.fill(officerPin, '\0');
    }
  }

  private static String random(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
