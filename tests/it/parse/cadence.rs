//! What feeds say about when to ask.

use pressroll::model::draft::Cadence;

use super::{feed, rss};

fn cadence(elements: &str) -> Cadence {
    feed(&rss(&format!("{elements}<item/>"))).cadence
}

#[test]
fn the_publisher_says_how_often_to_ask() {
    let minutes = |elements: &str| cadence(elements).interval_min;
    for (elements, interval_min) in [
        ("<ttl>90</ttl>", Some(90)),
        ("<ttl> 90 </ttl>", Some(90)),
        ("<TTL>90.0</TTL>", Some(90)),
        ("<ttl>90 Minutes</ttl>", Some(90)),
        ("<ttl>2 hours</ttl>", None),
        ("<ttl>1.5</ttl>", None),
        ("<ttl>PT5M</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>0</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>4000000000</ttl>", Some(44_640)),
        ("<ttl>99999999999999999999</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", Some(60)),
        ("<sy:updatePeriod> Hourly </sy:updatePeriod>", Some(60)),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", Some(360)),
        ("<sy:updatePeriod>weekly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", Some(5_040)),
        ("<sy:updatePeriod>yearly</sy:updatePeriod>", Some(44_640)),
        ("<sy:updateperiod>DAY</sy:updateperiod><sy:UpdateFrequency>2.0</sy:UpdateFrequency>", Some(720)),
        ("<sy:updatePeriod>fortnightly</sy:updatePeriod>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", Some(60)),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>100</sy:updateFrequency>", None),
        ("<sy:updateFrequency>2</sy:updateFrequency>", Some(720)),
        ("<ttl>30</ttl><sy:updatePeriod>daily</sy:updatePeriod>", Some(30)),
    ] {
        assert_eq!(minutes(elements), interval_min, "{elements}");
    }
}

#[test]
fn the_publisher_says_when_its_intervals_begin() {
    let base = |elements: &str| cadence(elements).base_min;
    let hourly = "<sy:updatePeriod>hourly</sy:updatePeriod>";
    let daily = "<sy:updatePeriod>daily</sy:updatePeriod>";
    let at = "<sy:updateBase>2000-01-01T12:20+00:00</sy:updateBase>";
    assert_eq!(base(&format!("{hourly}{at}")), Some(20));
    assert_eq!(base(&format!("{daily}{at}")), Some(12 * 60 + 20));
    assert_eq!(base(&format!("{daily}<sy:updateBase>1901-01-01T00:00+00:00</sy:updateBase>")), Some(0));
    assert_eq!(base(&format!("{daily}<sy:updateBase>whenever</sy:updateBase>")), None);
    assert_eq!(base(at), None, "without an interval it says nothing");
    assert_eq!(base(&format!("<ttl>60</ttl>{daily}{at}")), None, "`ttl` has no beginning");
}

#[test]
fn the_publisher_says_when_not_to_ask() {
    let hours = |elements: &str| cadence(&format!("<skipHours>{elements}</skipHours>")).skip_hours;
    assert_eq!(hours("<hour>0</hour><hour>1</hour><hour>23</hour>"), 1 | 1 << 1 | 1 << 23);
    assert_eq!(hours("<hour> 5 </hour>\n<hour>05</hour>"), 1 << 5);
    assert_eq!(hours("<hour>24</hour>"), 1, "some write 24 for midnight");
    assert_eq!(hours("<Hour>7:00</Hour><hour>08:00</hour><hour>9h</hour>"), 0b11_1000_0000);
    assert_eq!(hours("<hour>25</hour><hour>-3</hour><hour>x</hour><hour>99999999999</hour>"), 0);
    assert_eq!(hours(""), 0);
    let unclosed = feed(&rss("<skipHours><hour>3</hour><hour>4<item><title>1</title></item>"));
    assert_eq!(
        (unclosed.drafts.len(), unclosed.cadence.skip_hours),
        (1, 1 << 3 | 1 << 4),
        "an entry is never lost in it"
    );
    let days = |elements: &str| cadence(&format!("<skipDays>{elements}</skipDays>")).skip_days;
    assert_eq!(days("<day>Saturday</day><day>Sunday</day>"), 0b110_0000);
    assert_eq!(days("<day>monday</day><day> Tue </day>"), 0b11);
    assert_eq!(days("<day>Someday</day><day/>"), 0);
    let many = (0..10_000).map(|it| format!("<hour>{}</hour>", it % 7)).collect::<String>();
    assert_eq!(hours(&many), 0b111_1111);
}

#[test]
fn atom_and_rss_1_may_say_it_too_and_json_feed_says_nothing() {
    let atom = feed(
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>\
         <sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency><entry><title>1</title></entry></feed>",
    );
    assert_eq!(atom.cadence.interval_min, Some(720));
    let rdf = feed(
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' \
         xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'><channel rdf:about='http://a.example/'>\
         <title>A</title><sy:updatePeriod>hourly</sy:updatePeriod></channel><item rdf:about='http://a.example/1'>\
         <title>1</title></item></rdf:RDF>",
    );
    assert_eq!(rdf.cadence.interval_min, Some(60));
    let json =
        feed(r#"{"version": "https://jsonfeed.org/version/1.1", "title": "A", "ttl": 5, "items": []}"#);
    assert_eq!(json.cadence, Cadence::default());
}
