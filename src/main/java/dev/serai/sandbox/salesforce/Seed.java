package dev.serai.sandbox.salesforce;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.Population.Company;
import dev.serai.sandbox.Population.Person;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Fills an org: the population's companies are its accounts, the people its contacts, and people who are customers of
 * nobody yet its leads; the rest hangs on these. A fifth of all rows was last written by one nightly job, all at once.
 */
final class Seed {

    private static final Instant NIGHTLY_JOB = Instant.parse("2025-12-30T02:00:00Z");
    private static final Instant END = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<String> STAGES = List.of("Prospecting", "Qualification", "Proposal", "Negotiation", "Closed Won",
            "Closed Lost");
    private static final List<Integer> PROBABILITIES = List.of(10, 25, 50, 75, 100, 0);
    /** Those of which some were deleted or merged away: nothing hangs on them. */
    private static final Set<String> ENDING = Set.of("Lead", "Task", "Event", "Note", "CaseComment", "CampaignMember");
    private static final int SALT = 31;

    private final Org org;
    private final Population population;
    private final Mutations mutations;
    private final Map<String, List<ObjectNode>> made = new HashMap<>();

    private Seed(Org org, Population population, Values values) {
        this.org = org;
        this.population = population;
        this.mutations = new Mutations(org, values);
    }

    static void fill(Org org, Population population, Values values, int people) {
        Seed seed = new Seed(org, population, values);
        seed.company();
        seed.customers(people);
        seed.sales(people);
        seed.service(people);
        seed.rest(people);
    }

    private void company() {
        named("Profile", List.of("System Administrator", "Standard User", "Integration"));
        named("UserRole", List.of("CEO", "Sales", "Service", "Marketing"));
        many("User", 6, (n, row) -> {
            Person person = population.person(1_000_000 + n);
            person(row, person);
            row.put("Username", person.firstName().toLowerCase(java.util.Locale.ROOT) + n + "@serai.example")
                    .put("Alias", "u" + n).put("IsActive", n < 5).put("UserType", "Standard");
        });
        made.get("UserRole").forEach(role -> role.put("ForecastUserId", id("User", 1)));
        named("Group", List.of("All Internal Users", "Support Queue", "Sales Team"));
        many("OpportunityStage", STAGES.size(), (n, row) -> row.put("MasterLabel", STAGES.get(n)).put("ApiName", STAGES.get(n))
                .put("IsActive", true).put("SortOrder", n + 1).put("IsClosed", n > 3).put("IsWon", n == 4)
                .put("DefaultProbability", decimal(PROBABILITIES.get(n) * 100)));
        List<String> states = List.of("New", "Working", "Escalated", "Closed");
        many("CaseStatus", states.size(), (n, row) -> row.put("MasterLabel", states.get(n)).put("ApiName", states.get(n))
                .put("SortOrder", n + 1).put("IsDefault", n == 0).put("IsClosed", n == 3));
        many("Period", 12, (n, row) -> row.put("Type", "Month").put("Number", n + 1)
                .put("StartDate", String.format("2025-%02d-01", n + 1)).put("QuarterLabel", "Q" + (n / 3 + 1))
                .put("PeriodLabel", "FY2025-" + (n + 1)).put("IsForecastPeriod", true));
        List<String> goods = List.of("City Bike", "Cargo Bike", "Service Plan", "Helmet", "Lock");
        many("Product2", goods.size(), (n, row) -> row.put("Name", goods.get(n)).put("ProductCode", "P-" + (100 + n))
                .put("IsActive", true));
        many("Pricebook2", 2, (n, row) -> row.put("Name", n == 0 ? "Standard Price Book" : "Partners").put("IsActive", true)
                .put("IsStandard", n == 0).put("IsArchived", false));
        many("PricebookEntry", 2 * goods.size(), (n, row) -> row.put("Pricebook2Id", id("Pricebook2", n / goods.size()))
                .put("Product2Id", id("Product2", n)).put("Name", goods.get(n % goods.size()))
                .put("UnitPrice", decimal(10_000 + 2_500 * n)).put("IsActive", true));
    }

    private void customers(int people) {
        int companies = people > 0 ? population.person(people - 1).company().number() + 1 : 0;
        many("Account", companies, (n, row) -> {
            Company company = population.company(n);
            row.put("Name", company.name()).put("Website", "https://" + company.domain() + "/").put("Type", "Customer")
                    .put("NumberOfEmployees", 5 + n % 400).put("CreatedDate", Stamps.text(company.since()));
            place(row, "Billing", company);
        });
        many("Contact", people, (n, row) -> {
            Person person = population.person(n);
            person(row, person);
            row.put("AccountId", id("Account", person.company().number())).put("External_Id__c", person.userId())
                    .put("MailingStreet", person.street()).put("CreatedDate", Stamps.text(person.since()));
            place(row, "Mailing", person.company());
        });
        many("Lead", 1 + people / 4, (n, row) -> {
            Person person = population.person(people + n);
            person(row, person);
            row.put("Company", person.company().name()).put("IsConverted", false);
            place(row, "", person.company());
        });
        many("AccountContactRole", 1 + people / 5, (n, row) -> ofContact(row, n * 5));
        many("Contract", 1 + people / 10, (n, row) -> row.put("AccountId", id("Account", n)).put("Status", "Activated")
                .put("ContractNumber", String.format("%08d", n + 1)));
        many("Invoice__c", 1 + people / 2, (n, row) -> row.put("Name", "INV-" + (1000 + n)).put("External_Id__c", "in_" + n)
                .put("Account__c", text("Contact", "AccountId", n)).put("Contact__c", id("Contact", n))
                .put("Amount__c", decimal(990 + 1_550L * (n % 70))));
    }

    private void sales(int people) {
        many("Campaign", 3, (n, row) -> row.put("Name", List.of("Spring Fair", "Webinar", "Newsletter").get(n)));
        many("CampaignMember", 2 + people / 3, (n, row) -> {
            row.put("CampaignId", id("Campaign", n)).put("Status", n % 3 == 0 ? "Responded" : "Sent")
                    .put("HasResponded", n % 3 == 0);
            row.put(n % 2 == 0 ? "ContactId" : "LeadId", id(n % 2 == 0 ? "Contact" : "Lead", n / 2));
            row.putNull(n % 2 == 0 ? "LeadId" : "ContactId");
        });
        many("CampaignShare", 3, (n, row) -> row.put("CampaignId", id("Campaign", n)).put("UserOrGroupId", id("Group", n)));
        many("Opportunity", 1 + people / 3, (n, row) -> {
            int stage = n % STAGES.size();
            row.put("AccountId", id("Account", n)).put("Name", text("Account", "Name", n) + " - bikes")
                    .put("StageName", STAGES.get(stage))
                    .put("Probability", decimal(PROBABILITIES.get(stage) * 100)).put("IsClosed", stage > 3)
                    .put("IsWon", stage == 4)
                    .put("Amount", decimal(50_000 + 12_500L * (n % 40))).put("HasOpportunityLineItem", true);
        });
        many("OpportunityLineItem", 2 + 2 * people / 3, (n, row) -> row.put("OpportunityId", id("Opportunity", n / 2))
                .put("PricebookEntryId", id("PricebookEntry", n)).put("Product2Id", text("PricebookEntry", "Product2Id", n))
                .put("Quantity", decimal(100L * (1 + n % 9))));
        many("OpportunityLineItemSchedule", 1 + people / 6, (n, row) ->
                row.put("OpportunityLineItemId", id("OpportunityLineItem", n)).put("Type", "Revenue"));
        many("OpportunityContactRole", 1 + people / 3, (n, row) -> row.put("OpportunityId", id("Opportunity", n))
                .put("ContactId", id("Contact", 3 * n)));
        many("OpportunityCompetitor", 1 + people / 12, (n, row) -> row.put("OpportunityId", id("Opportunity", n)));
        many("OpportunityFieldHistory", 2 + people / 2, (n, row) -> row.put("OpportunityId", id("Opportunity", n))
                .put("DataType", "Text")
                .put("Field", "StageName").put("OldValue", STAGES.get(n % 4)).put("NewValue", STAGES.get(n % 4 + 1)));
    }

    private void service(int people) {
        many("Solution", 4, (n, row) -> row.put("SolutionName", "Reset the lock, part " + (n + 1))
                .put("SolutionNumber", String.format("%08d", n + 1)));
        many("Case", 1 + people / 3, (n, row) -> {
            row.put("CaseNumber", String.format("%08d", 1000 + n)).put("ContactId", id("Contact", 2 * n))
                    .put("AccountId", text("Contact", "AccountId", 2 * n)).put("Subject", "Lock does not open")
                    .put("SuppliedEmail", text("Contact", "Email", 2 * n)).put("IsClosed", n % 4 == 0);
        });
        many("CaseComment", 1 + people / 3, (n, row) -> row.put("ParentId", id("Case", n)));
        many("CaseContactRole", 1 + people / 12, (n, row) -> row.put("CasesId", id("Case", n))
                .put("ContactId", id("Contact", n)));
        many("CaseSolution", 1 + people / 12, (n, row) -> row.put("CaseId", id("Case", n))
                .put("SolutionId", id("Solution", n)));
        many("Task", 2 + people / 2, (n, row) -> row.put("WhoId", id("Contact", n))
                .put("WhatId", text("Contact", "AccountId", n))
                .put("AccountId", text("Contact", "AccountId", n)).put("Subject", "Call").put("IsArchived", n % 10 == 9));
        many("Event", 1 + people / 4, (n, row) -> row.put("WhoId", id("Contact", n))
                .put("WhatId", text("Contact", "AccountId", n))
                .put("Subject", "Visit").put("IsArchived", false));
    }

    private void rest(int people) {
        many("Note", 1 + people / 8, (n, row) -> row.put("ParentId", id("Account", n)).put("Title", "Call notes"));
        many("Document", 3, (n, row) -> row.put("Name", "Price list " + (2023 + n)).put("Type", "pdf")
                .put("ContentType", "application/pdf"));
        many("Dashboard", 2, (n, row) -> row.put("Title", n == 0 ? "Pipeline" : "Service"));
        for (SObject sobject : org.sobjects()) {
            if (sobject.name().endsWith("Tag")) {
                String tagged = sobject.name().substring(0, sobject.name().length() - "Tag".length());
                many(sobject.name(), 2 + people / 50, (n, row) -> row.put("Name", n % 2 == 0 ? "vip" : "check")
                        .put("Type", "Public")
                        .put("ItemId", id(tagged, n)));
            }
        }
        many("UserLogin", made.get("User").size(), (n, row) -> row.put("UserId", id("User", n)));
        many("LoginHistory", 5 + people / 10, (n, row) -> row.put("UserId", id("User", n)).put("Status", "Success")
                .put("SourceIp", "192.0.2." + (1 + n % 200)));
        for (String of : List.of("Contact", "User")) {
            many("Name", made.getOrDefault(of, List.of()).size(), (n, row) -> {
                List.of("Id", "Name", "FirstName", "LastName", "Title", "Email", "Phone")
                        .forEach(field -> row.set(field, made.get(of).get(n).path(field)));
                row.put("Type", of);
            });
        }
    }

    private void named(String sobject, List<String> names) {
        many(sobject, names.size(), (n, row) -> row.put("Name", names.get(n))
                .put("DeveloperName", names.get(n).replace(' ', '_')));
    }

    /** Makes rows: what is special about each comes from {@code specials}, the rest from the types of the fields. */
    private void many(String name, int count, BiConsumer<Integer, ObjectNode> specials) {
        SObject sobject = org.sobject(name).orElseThrow();
        List<ObjectNode> all = made.computeIfAbsent(name, key -> new ArrayList<>());
        for (int number = 0; number < count; number++) {
            Random random = population.random(number, SALT + name.hashCode());
            ObjectNode row = Json.MAPPER.createObjectNode();
            specials.accept(number, row);
            if (!row.has("Id")) {
                row.put("Id", org.newId(sobject));
            }
            if (sobject.keepsDeleted()) {
                row.put("IsDeleted", inRecycleBin(name, number));
            }
            mutations.fill(sobject, row, random, number == 0);
            if (sobject.has("MasterRecordId") && row.path("IsDeleted").asBoolean()) {
                row.put("MasterRecordId", id(name, 0));
            }
            row.retain(sobject.fields().keySet());
            row.properties().removeIf(field -> field.getValue().isNull());
            audit(sobject, row, random);
            Formulas.compute(sobject, row);
            org.seed(name, row);
            all.add(row);
        }
    }

    private boolean inRecycleBin(String sobject, int number) {
        return ENDING.contains(sobject) && number % 20 == 19;
    }

    private void audit(SObject sobject, ObjectNode row, Random random) {
        Instant created = row.has("CreatedDate") ? Stamps.instant(row.get("CreatedDate").textValue())
                : END.minusSeconds(random.nextInt((int) Duration.ofDays(700).toSeconds()));
        Instant modified = random.nextInt(5) == 0 && created.isBefore(NIGHTLY_JOB) ? NIGHTLY_JOB
                : created.plusSeconds((long) (random.nextDouble() * Duration.between(created, END).toSeconds()));
        time(sobject, row, "CreatedDate", created);
        time(sobject, row, "LoginTime", created);
        time(sobject, row, "LastModifiedDate", modified);
        time(sobject, row, SObject.STAMP, modified);
        for (String by : List.of("CreatedById", "LastModifiedById")) {
            if (sobject.has(by)) {
                row.put(by, SalesforceId.of("005", 1 + random.nextInt(5)));
            }
        }
    }

    private static void time(SObject sobject, ObjectNode row, String field, Instant time) {
        if (sobject.has(field)) {
            row.put(field, Stamps.text(time));
        }
    }

    private static void person(ObjectNode row, Person person) {
        row.put("FirstName", person.firstName()).put("LastName", person.lastName()).put("Name", person.name())
                .put("Email", person.email()).put("Phone", person.phone())
                .put("Title", person.number() % 3 == 0 ? "Head of Purchasing" : "Buyer");
    }

    private static void place(ObjectNode row, String stem, Company company) {
        row.put(stem + "City", company.place().city()).put(stem + "State", company.place().state())
                .put(stem + "PostalCode", company.place().postalCode()).put(stem + "Country", company.place().country());
    }

    private void ofContact(ObjectNode row, int number) {
        row.put("ContactId", id("Contact", number)).put("AccountId", text("Contact", "AccountId", number));
    }

    private String id(String sobject, int number) {
        return text(sobject, "Id", number);
    }

    /** Of the nth row, counted round; null if there is none. */
    private String text(String sobject, String field, int number) {
        List<ObjectNode> all = made.getOrDefault(sobject, List.of());
        return all.isEmpty() ? null : all.get(number % all.size()).path(field).textValue();
    }

    private static BigDecimal decimal(long hundredths) {
        BigDecimal plain = BigDecimal.valueOf(hundredths, 2).stripTrailingZeros();
        return plain.scale() < 1 ? plain.setScale(1) : plain;
    }
}
