package dev.serai.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.InputStream;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;

/**
 * The hub's Kamelets and what they take.
 *
 * @param byName as in {@code kamelet:<name>}
 */
record Kamelets(Map<String, Kamelet> byName) {

    /**
     * @param properties its parameters, each as JSON Schema
     * @param required   those without which it cannot be used
     */
    record Kamelet(Map<String, JsonNode> properties, Set<String> required) { }

    static Kamelets read(CamelContext context) throws Exception {
        ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
        Map<String, Kamelet> byName = new LinkedHashMap<>();
        for (Resource resource : PluginHelper.getPackageScanResourceResolver(context)
                .findResources("classpath:kamelets/*.kamelet.yaml")) {
            try (InputStream in = resource.getInputStream()) {
                JsonNode kamelet = yaml.readTree(in);
                JsonNode definition = kamelet.at("/spec/definition");
                Map<String, JsonNode> properties = new LinkedHashMap<>();
                definition.path("properties").fields().forEachRemaining(one -> properties.put(one.getKey(), one.getValue()));
                Set<String> required = new HashSet<>();
                definition.path("required").forEach(name -> required.add(name.asText()));
                byName.put(kamelet.at("/metadata/name").asText(), new Kamelet(properties, required));
            }
        }
        return new Kamelets(byName);
    }
}
