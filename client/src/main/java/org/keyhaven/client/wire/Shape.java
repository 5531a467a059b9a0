package org.keyhaven.client.wire;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.SerializedString;

/**
 * How a public type looks in JSON, found out once and kept as long as the type. The annotations of Jackson that say the same are for
 * databind, as the server has it, and are not read: for that the JVM makes a class of each kind, a twentieth of the CPU time of a first
 * signature.
 */
sealed interface Shape {

  /** @throws IllegalArgumentException when it looks like nothing */
  static Shape of(Class<?> type) {
    return Shapes.KNOWN.get(type);
  }

  /** A record: an object whose members are its components, named as {@link MemberNames} says. */
  record Members(Constructor<?> constructor, Member[] members, Map<String, Integer> positions) implements Shape {

    /** @throws InvocationTargetException when the record refuses the values */
    Object make(Object[] values) throws InvocationTargetException {
      try {
        return constructor.newInstance(values);
      } catch (InstantiationException | IllegalAccessException e) {
        throw new IllegalStateException("no public record: " + constructor, e);
      }
    }
  }

  /** @param required whether null cannot stand for it, as it is a Java primitive */
  record Member(SerializableString name, Method accessor, WireType type, boolean required) {
    Object of(Object whole) {
      return Shapes.invoke(accessor, whole);
    }
  }

  /** A text, made into an object by a static method, and back by another one: an enum of the wire, or an {@link ObjectId}. */
  record Text(Method creator, Method text) implements Shape {

    /** @throws InvocationTargetException when no object has this text */
    Object make(String from) throws InvocationTargetException {
      try {
        return creator.invoke(null, from);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException("no public method: " + creator, e);
      }
    }

    String of(Object value) {
      return (String) Shapes.invoke(text, value);
    }
  }

  /** Finds them out. */
  final class Shapes {
    private static final ClassValue<Shape> KNOWN = new ClassValue<>() {
      @Override
      protected Shape computeValue(Class<?> type) {
        if (type == ObjectId.class) {
          return text(type, "parse", "toString");
        }
        if (type.isEnum()) {
          return text(type, "fromWire", "wireName");
        }
        if (!type.isRecord()) {
          throw new IllegalArgumentException("no type of the wire: " + type);
        }
        return members(type);
      }
    };

    private Shapes() { }

    private static Text text(Class<?> type, String creator, String text) {
      try {
        return new Text(type.getMethod(creator, String.class), type.getMethod(text));
      } catch (NoSuchMethodException e) {
        throw new IllegalArgumentException("no type of the wire: " + type, e);
      }
    }

    private static Members members(Class<?> type) {
      RecordComponent[] components = type.getRecordComponents();
      Member[] members = new Member[components.length];
      Class<?>[] types = new Class<?>[components.length];
      Map<String, Integer> positions = new HashMap<>();
      for (int i = 0; i < components.length; i++) {
        Method accessor = components[i].getAccessor();
        String name = MemberNames.of(type, components[i].getName());
        members[i] = new Member(new SerializedString(name), accessor, WireType.of(components[i].getGenericType()),
            components[i].getType().isPrimitive());
        types[i] = components[i].getType();
        positions.put(name, i);
      }
      try {
        return new Members(type.getDeclaredConstructor(types), members, positions);
      } catch (NoSuchMethodException e) {
        throw new AssertionError("every record has its canonical constructor", e);
      }
    }

    private static Object invoke(Method method, Object target) {
      try {
        return method.invoke(target);
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException("cannot be read: " + method, e);
      }
    }
  }
}
