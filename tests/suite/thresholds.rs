//! `cutline.toml`: what it sets holds for the whole archive, and what it cannot set is refused.

use crate::world::World;

/// A page with one file, whose limits on use it keeps to or not by how many days lie between.
fn desk() -> World {
    let world = World::new();
    world.picture("in/page_files/a.png", 3);
    world.write(
        "in/page_files/a.png.xmp",
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description xmlns:photoshop=\"http://ns.adobe.com/photoshop/1.0/\" photoshop:Instructions=\"NO ARCHIVES\" \
         photoshop:DateCreated=\"2024-06-01\"/></rdf:RDF></x:xmpmeta>",
    );
    world.write(
        "in/page.html",
        "<!doctype html><html lang=\"en\"><head><title>Harbour</title>\
         <meta property=\"article:published_time\" content=\"2024-07-20T08:00:00Z\"></head><body><article><h1>Harbour</h1>\
         <figure><img src=\"page_files/a.png\" alt=\"\"><figcaption>Boats enter the new harbour. (Photo: Reuters)</figcaption></figure>\
         <p>The harbour opened on Tuesday after three years of work, and the first boats came in at noon.</p></article></body></html>",
    );
    world
}

/// How many pages did not keep to the terms.
fn broken(world: &World) -> i64 {
    world.count("flags WHERE rule = 'restriction' AND subject_kind = 'appearance'")
}

#[test]
fn a_threshold_that_changed_judges_everything_again() {
    let world = desk();
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(broken(&world), 1, "49 days are more than 30");
    world.write("cutline.toml", "[findings]\narchive-days = 60\n");
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(broken(&world), 0, "49 days are less than 60");
    // The archive remembers, and a named file goes before the one in the folder.
    std::fs::rename(world.path("cutline.toml"), world.path("other.toml")).unwrap();
    world.run(&["ingest", "in"]).ok(0);
    world.run(&["rederive"]).ok(0);
    assert_eq!(broken(&world), 0);
    world.write("strict.toml", "[findings]\narchive-days = 7\n");
    world.run(&["rederive", "--config", "strict.toml"]).ok(0);
    assert_eq!(broken(&world), 1);
}

#[test]
fn a_file_that_cannot_be_used_stops_the_command_and_says_why() {
    let world = desk();
    world.write("cutline.toml", "[findings]\narchive-day = 60\n");
    let ran = world.run(&["ingest", "in"]).ok(2);
    assert!(
        ran.err.contains("cutline.toml") && ran.err.contains("archive-day"),
        "{}",
        ran.err
    );
    assert!(!world.path("a.db").exists(), "nothing is stored");
    let ran = world.run(&["ingest", "in", "--config", "gone.toml"]).ok(2);
    assert!(ran.err.contains("gone.toml"), "{}", ran.err);
}
