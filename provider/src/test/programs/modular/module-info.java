/** An application on the module path, with the Maven jars and not the self-contained one. */
module example {
  requires org.keyhaven.client;
  requires org.keyhaven.provider;
}
