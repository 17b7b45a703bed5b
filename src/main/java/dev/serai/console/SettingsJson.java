package dev.serai.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.serai.model.Json;
import dev.serai.partner.Partner;
import java.util.Map;

/** What a source or destination is told, for people: of a secret only whether it is set. */
final class SettingsJson {

    private SettingsJson() {
    }

    /**
     * @param prefix the keys' beginning, up to the dot before the setting
     * @param values those that are set, defaults included
     */
    static ArrayNode of(String prefix, Map<String, Partner.Setting> declared, Map<String, String> values) {
        ArrayNode list = Json.MAPPER.createArrayNode();
        declared.forEach((name, setting) -> {
            String value = values.getOrDefault(name, setting.defaultValue());
            list.addObject().put("name", name).put("key", prefix + name).put("description", setting.description())
                    .put("required", setting.required()).put("secret", setting.secret()).put("isSet", values.containsKey(name))
                    .put("value", setting.secret() || value.isEmpty() ? null : value);
        });
        return list;
    }
}
