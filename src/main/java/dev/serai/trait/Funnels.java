package dev.serai.trait;

import dev.serai.warehouse.Analysis;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A funnel as one SELECT: {@code breakdown} (if it has one), {@code step} from 1, {@code event}, {@code profiles}. Of a
 * profile's several tries the first counts, and of a step the first event that is not before the step before it and
 * within the window since the first step.
 */
final class Funnels {

    private Funnels() {
    }

    static String sql(Definition.Funnel funnel, EventSql events) {
        StringBuilder with = new StringBuilder("WITH ");
        boolean same = !funnel.same().isEmpty();
        boolean breakdown = !funnel.breakdown().isEmpty();
        String by = same ? "CAST(same AS text)" : "CAST('' AS text)";
        for (int i = 0; i < funnel.steps().size(); i++) {
            Definition.Step step = funnel.steps().get(i);
            Map<String, String> properties = new LinkedHashMap<>();
            if (same) {
                properties.put("same", funnel.same());
            }
            if (breakdown && i == 0) {
                properties.put("breakdown", funnel.breakdown());
            }
            String rows = events.rows(step.event(), step.where(), i > 0 ? java.util.Optional.empty()
                    : funnel.since().map(events.now()::minus), properties);
            if (i == 0) {
                with.append("s0 AS (SELECT profile, same, breakdown, ts AS started, ts FROM (SELECT profile, ").append(by)
                        .append(" AS same, ").append(breakdown ? "CAST(breakdown AS text)" : "CAST(NULL AS text)")
                        .append(" AS breakdown, ts, row_number() OVER (PARTITION BY profile, ").append(by)
                        .append(" ORDER BY ts) AS place FROM (").append(rows).append(") AS e) AS o WHERE place = 1)");
            } else {
                with.append(",\ns").append(i).append(" AS (SELECT b.profile, b.same, b.breakdown, b.started, min(e.ts) AS ts FROM s")
                        .append(i - 1).append(" AS b JOIN (SELECT profile, ").append(by).append(" AS same, ts FROM (").append(rows)
                        .append(") AS r) AS e ON e.profile = b.profile AND e.same = b.same AND e.ts >= b.ts AND ")
                        .append(events.sql().seconds("b.started", "e.ts")).append(" <= ").append(funnel.within().toSeconds())
                        .append(" GROUP BY b.profile, b.same, b.breakdown, b.started)");
            }
        }
        StringBuilder select = new StringBuilder();
        for (int i = 0; i < funnel.steps().size(); i++) {
            String name = Analysis.literal(funnel.steps().get(i).event().name());
            select.append(i == 0 ? "\n" : "\nUNION ALL ").append("SELECT ").append(breakdown ? "breakdown, " : "").append(i + 1)
                    .append(" AS step, ").append(name).append(" AS event, count(*) AS profiles FROM s").append(i)
                    .append(breakdown ? " GROUP BY breakdown" : "");
        }
        return with.append(select).append(breakdown ? "\nORDER BY breakdown, step" : "\nORDER BY step").toString();
    }
}
