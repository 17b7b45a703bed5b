package dev.serai.salesforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.serai.sandbox.salesforce.Calls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DescribeTest {

    private static final Calls CALLS = new Calls(10);

    @Test
    void leavesOutCompoundsAndContents() throws IOException {
        assertThat(describe("Contact").fields()).extracting(Describe.Field::name)
                .contains("Id", "MailingStreet", "Name", "FirstName", "External_Id__c").doesNotContain("MailingAddress");
        assertThat(describe("Document").has("Body")).isFalse();
        assertThat(describe("Invoice__c").fields()).extracting(Describe.Field::name).contains("Site__Latitude__s")
                .doesNotContain("Site__c");
    }

    @Test
    void choosesTheBestCursor() throws IOException {
        assertThat(describe("Contact").cursor()).contains("SystemModstamp");
        assertThat(describe("CampaignShare").cursor()).contains("LastModifiedDate");
        assertThat(describe("OpportunityFieldHistory").cursor()).contains("CreatedDate");
        assertThat(describe("LoginHistory").cursor()).contains("LoginTime");
        assertThat(describe("Name").cursor()).isEmpty();
    }

    @Test
    void knowsKindsAndWhatIsText() throws IOException {
        Describe invoice = describe("Invoice__c");

        assertThat(invoice.field("Sequence__c").orElseThrow().kind()).isEqualTo(FieldKind.WHOLE);
        assertThat(invoice.field("Amount__c").orElseThrow())
                .isEqualTo(new Describe.Field("Amount__c", FieldKind.DECIMAL, 16, 2, true, false));
        assertThat(invoice.field("Total__c").orElseThrow().isFormula()).isTrue();
        assertThat(invoice.textFields()).contains("External_Id__c", "Collected_At__c").doesNotContain("Due_Date__c");
        assertThat(invoice.keepsDeleted()).isTrue();
        assertThat(describe("Group").keepsDeleted()).isFalse();
    }

    @Test
    void refusesWhatIsNoDescribe() {
        assertThatThrownBy(() -> Describe.read(new ByteArrayInputStream("[]".getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(IOException.class).hasMessageContaining("no describe");
    }

    static Describe describe(String sobject) throws IOException {
        return Describe.read(new ByteArrayInputStream(CALLS.get("/sobjects/" + sobject + "/describe").body()));
    }
}
