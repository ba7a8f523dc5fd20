package org.gpuq.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class LayoutTest {
    private static final int COLUMNS = 24;

    @Test
    void panels_lie_side_by_side_and_have_ids_of_their_own() throws IOException {
        Set<Integer> ids = new HashSet<>();
        Map<String, String> cells = new HashMap<>();
        for (JsonNode panel : Query.dashboard().get("panels")) {
            String title = panel.get("title").asString();
            assertThat(ids.add(panel.get("id").asInt())).as("id of " + title).isTrue();
            JsonNode place = panel.get("gridPos");
            int right = place.get("x").asInt() + place.get("w").asInt();
            int below = place.get("y").asInt() + place.get("h").asInt();
            assertThat(right).as("right edge of " + title).isLessThanOrEqualTo(COLUMNS);
            for (int x = place.get("x").asInt(); x < right; x++) {
                for (int y = place.get("y").asInt(); y < below; y++) {
                    assertThat(cells.put(x + "," + y, title))
                            .as("under " + title)
                            .isNull();
                }
            }
        }
    }

    @Test
    void every_panel_says_what_it_shows_and_uses_the_chosen_data_source() throws IOException {
        for (JsonNode panel : Query.dashboard().get("panels")) {
            if (panel.get("type").asString().equals("row")) {
                continue;
            }
            String title = panel.get("title").asString();
            assertThat(panel.path("description").asString("")).as(title).isNotBlank();
            for (JsonNode target : panel.get("targets")) {
                assertThat(target.at("/datasource/uid").asString("")).as(title).isEqualTo("${datasource}");
            }
        }
    }
}
