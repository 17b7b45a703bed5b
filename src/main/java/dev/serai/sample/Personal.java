package dev.serai.sample;

/** What tells something of a person, each with fakes of its own. */
enum Personal {
    EMAIL, PHONE, NAME, COMPANY, STREET, CITY, POSTCODE, IP, ID, BIRTHDAY, COORDINATE, PICTURE, PROSE
}
