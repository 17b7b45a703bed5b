package dev.serai.sandbox.salesforce;

import static dev.serai.sandbox.salesforce.CamelSalesforce.clientCredentials;
import static dev.serai.sandbox.salesforce.CamelSalesforce.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The calls of a sync as a route in YAML makes them, without a bean and without a class of camel-salesforce's. */
class CamelSalesforceYamlTest {

    private static final String ROUTES = """
            - route:
                id: query
                from:
                  uri: direct:query
                  steps:
                    - setHeader:
                        name: Sforce-Query-Options
                        constant: batchSize=200
                    - toD:
                        uri: salesforce-${header.source}:queryAll
                        parameters:
                          rawPayload: true
                          apiVersion: "60.0"
                    - removeHeaders:
                        pattern: Sforce-Query*
            - route:
                id: describe
                from:
                  uri: direct:describe
                  steps:
                    - setHeader:
                        name: rawPath
                        simple: /services/data/v60.0/sobjects/${header.sobject}/describe
                    - setBody:
                        constant: ""
                    - toD:
                        uri: salesforce-${header.source}:raw
                        parameters:
                          rawMethod: GET
                          format: JSON
            - route:
                id: bulk
                from:
                  uri: direct:bulk
                  steps:
                    - toD:
                        uri: salesforce-${header.source}:raw
                        parameters:
                          rawMethod: POST
                          rawPath: /services/data/v60.0/jobs/query
                          format: JSON
                    - setHeader:
                        name: jobId
                        jq:
                          expression: .id
                          resultType: java.lang.String
                    - setHeader:
                        name: rawPath
                        simple: /services/data/v60.0/jobs/query/${header.jobId}
                    - setBody:
                        constant: ""
                    - loop:
                        doWhile: true
                        simple: ${header.state} != 'JobComplete'
                        steps:
                          - setBody:
                              constant: ""
                          - toD:
                              uri: salesforce-${header.source}:raw
                              parameters:
                                rawMethod: GET
                                format: JSON
                          - setHeader:
                              name: state
                              jq:
                                expression: .state
                                resultType: java.lang.String
                    - toD:
                        uri: salesforce-${header.source}:bulk2GetQueryJobResults
                        parameters:
                          maxRecords: 300
                          apiVersion: "60.0"
            """;

    private final CamelSalesforce salesforce = new CamelSalesforce(450);

    @BeforeEach
    void start() throws Exception {
        salesforce.account("salesforce-crm", clientCredentials(Logins.CLIENT_SECRET));
        salesforce.start();
        PluginHelper.getRoutesLoader(salesforce.camel).loadRoutes(ResourceHelper.fromBytes("sync.yaml",
                ROUTES.getBytes(StandardCharsets.UTF_8)));
    }

    @AfterEach
    void stop() {
        salesforce.close();
    }

    @Test
    void queriesTheAccountThatAHeaderNames() {
        Exchange answer = salesforce.call("direct:query", "SELECT Id FROM Contact", Map.of("source", "crm"));

        assertThat(json(answer).path("records").size()).isEqualTo(200);
        assertThat(answer.getMessage().getHeader("Sforce-Limit-Info")).isEqualTo("api-usage=1/100000");
    }

    @Test
    void describesTheSObjectThatAHeaderNames() {
        Exchange answer = salesforce.call("direct:describe", "left over", Map.of("source", "crm", "sobject", "Lead"));

        assertThat(json(answer).path("name").asText()).isEqualTo("Lead");
    }

    @Test
    void runsABulkJobWithRawCalls() {
        Exchange answer = salesforce.call("direct:bulk", "{\"operation\":\"queryAll\",\"query\":\"SELECT Id FROM Contact\"}",
                Map.of("source", "crm"));

        assertThat(answer.getMessage().getHeader("Sforce-NumberOfRecords")).isEqualTo("300");
        assertThat(answer.getMessage().getHeader("Sforce-Locator", String.class)).isNotEqualTo("null");
        assertThat(answer.getMessage().getBody(String.class).lines()).hasSize(301);
    }
}
