use image::{Rgb, RgbImage, imageops};
use serde_json::Value;

use crate::world::World;

/// Discs and bars of all sizes on a slope of grey: a different picture for each seed, with something to see everywhere.
fn scene(seed: u32) -> RgbImage {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let mut random = move |below: u32| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 8) % below
    };
    let mut picture = RgbImage::from_fn(480, 320, |x, y| Rgb([(60 + x / 6 + y / 8) as u8; 3]));
    for _ in 0..160 {
        let (x, y) = (i64::from(random(480)), i64::from(random(320)));
        let (wide, high) = (3 + i64::from(random(28)), 3 + i64::from(random(28)));
        let colour = Rgb([random(256) as u8, random(256) as u8, random(256) as u8]);
        let disc = random(2) == 0;
        for (dx, dy) in (-wide..=wide).flat_map(|dx| (-high..=high).map(move |dy| (dx, dy))) {
            let round = dx * dx * high * high + dy * dy * wide * wide <= wide * wide * high * high;
            let (Ok(px), Ok(py)) = (u32::try_from(x + dx), u32::try_from(y + dy)) else {
                continue;
            };
            if (round || !disc) && px < 480 && py < 320 {
                picture.put_pixel(px, py, colour);
            }
        }
    }
    picture
}

fn crop(picture: &RgbImage, x: u32, y: u32, width: u32, height: u32) -> RgbImage {
    imageops::crop_imm(picture, x, y, width, height).to_image()
}

/// A page with lines of what could be text, and a picture in its middle.
fn page(picture: &RgbImage) -> RgbImage {
    let mut page = RgbImage::from_pixel(700, 620, Rgb([250, 250, 250]));
    for line in 0..9u32 {
        for word in 0..60u32 {
            let (x, y) = (40 + word * 10, if line < 3 { 20 } else { 440 } + line * 18);
            let tall = 4 + (word * 7 + line * 13) % 9;
            for (dx, dy) in (0..5).flat_map(|dx| (0..tall).map(move |dy| (dx, dy))) {
                page.put_pixel(x + dx, y + dy, Rgb([20, 20, 60]));
            }
        }
    }
    imageops::overlay(&mut page, picture, 110, 100);
    page
}

fn save(world: &World, name: &str, picture: &RgbImage) {
    let path = world.path(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    picture.save(path).unwrap();
}

fn pictures(world: &World) -> Vec<Value> {
    world.run(&["pictures", "--format", "jsonl"]).ok(0).lines()
}

/// The files of each picture, by their names alone.
fn groups(world: &World) -> Vec<Vec<String>> {
    let name = |f: &Value| f.as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    pictures(world)
        .iter()
        .map(|p| p["files"].as_array().unwrap().iter().map(name).collect())
        .collect()
}

fn link(world: &World, one: &str, other: &str) -> Option<Value> {
    let between = |l: &&Value| {
        let ends = [l["a"].as_str().unwrap(), l["b"].as_str().unwrap()];
        ends.iter().any(|e| e.ends_with(one)) && ends.iter().any(|e| e.ends_with(other))
    };
    pictures(world)
        .iter()
        .flat_map(|p| p["links"].as_array().unwrap().clone())
        .find(|l| between(&l))
}

#[test]
fn a_crop_is_a_part_with_its_place() {
    let world = World::new();
    let whole = scene(1);
    save(&world, "in/whole.png", &whole);
    save(&world, "in/part.jpg", &crop(&whole, 120, 80, 288, 192));
    save(&world, "in/other.png", &scene(2));
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(
        groups(&world),
        [vec!["other.png"], vec!["part.jpg", "whole.png"]]
    );
    let link = link(&world, "part.jpg", "whole.png").unwrap();
    assert_eq!(link["relation"], "part-of");
    assert_eq!(link["verified"], true);
    let part = link[link["part"].as_str().unwrap()].as_str().unwrap();
    assert!(part.ends_with("part.jpg"), "{link}");
    for (side, at) in [("x", 0.25), ("y", 0.25), ("width", 0.6), ("height", 0.6)] {
        let found = link["place"][side].as_f64().unwrap();
        assert!((found - at).abs() < 0.02, "{side}: {link}");
    }
}

#[test]
fn mirrored_and_turned_crops_are_found() {
    let world = World::new();
    let whole = scene(3);
    let part = crop(&whole, 40, 30, 360, 240);
    save(&world, "in/whole.png", &whole);
    save(&world, "in/mirrored.jpg", &imageops::flip_horizontal(&part));
    save(&world, "in/turned.jpg", &imageops::rotate90(&part));
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(groups(&world).len(), 1, "{:?}", groups(&world));
}

#[test]
fn pages_with_one_frame_and_two_pictures_are_two_pictures() {
    let world = World::new();
    let (one, other) = (scene(4), scene(5));
    save(&world, "in/one.png", &one);
    save(&world, "in/one-page.png", &page(&one));
    save(&world, "in/other-page.png", &page(&other));
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(
        groups(&world),
        [vec!["one-page.png", "one.png"], vec!["other-page.png"]]
    );
}

#[test]
fn a_collage_is_a_picture_of_its_own_that_holds_its_parts() {
    let world = World::new();
    let (one, other) = (scene(6), scene(7));
    let mut collage = RgbImage::new(960, 320);
    imageops::overlay(&mut collage, &one, 0, 0);
    imageops::overlay(&mut collage, &other, 480, 0);
    save(&world, "in/one.png", &one);
    save(&world, "in/other.png", &other);
    save(&world, "in/collage.jpg", &collage);
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(groups(&world).len(), 3, "{:?}", groups(&world));
    for part in ["one.png", "other.png"] {
        let link = link(&world, part, "collage.jpg").unwrap();
        assert_eq!(link["relation"], "part-of", "{link}");
    }
}

#[test]
fn features_that_were_left_out_are_added_by_reading_again() {
    let world = World::new();
    let whole = scene(8);
    save(&world, "in/whole.png", &whole);
    save(&world, "in/part.png", &crop(&whole, 100, 60, 300, 200));
    world.run(&["ingest", "--no-pixels", "in"]).ok(0);
    assert_eq!(world.count("photos WHERE pdq IS NOT NULL"), 0);
    world
        .run(&["ingest", "--no-features", "--reread", "in"])
        .ok(0);
    assert_eq!(
        world.count("photos WHERE pdq IS NOT NULL AND features IS NULL"),
        2
    );
    assert_eq!(groups(&world).len(), 2);
    world.run(&["ingest", "--reread", "in"]).ok(0);
    assert_eq!(groups(&world).len(), 1);
}

#[test]
fn hashes_of_an_earlier_cutline_are_made_anew_when_their_files_are_ingested() {
    let world = World::new();
    save(&world, "in/one.png", &scene(8));
    save(&world, "in/other.jpg", &scene(8));
    world.run(&["ingest", "in"]).ok(0);
    let sql = world.sql();
    let older = "UPDATE photos SET hash_path = 1, pdq = replace(pdq, '0', 'f')";
    sql.execute(older, []).unwrap();
    sql.execute("DELETE FROM pdq_slots", []).unwrap();
    drop(sql);
    // Without pixels there is nothing to make them of.
    let kept = world.run(&["ingest", "--no-pixels", "in"]).ok(0);
    assert!(
        kept.out
            .contains("2 photos have hashes of an earlier cutline")
    );
    let renewed = world.run(&["ingest", "in"]).ok(0);
    assert!(!renewed.out.contains("earlier cutline"), "{}", renewed.out);
    assert_eq!(world.count("photos WHERE hash_path = 1"), 0);
    assert_eq!(world.count("pdq_slots"), 32);
    assert_eq!(groups(&world).len(), 1);
    let again = world.run(&["ingest", "--format", "jsonl", "in"]).ok(0);
    assert_eq!(again.lines()[0]["unchanged"], 2);
}

#[test]
fn a_list_of_hashes_goes_out_and_comes_in() {
    let world = World::new();
    save(&world, "in/one.png", &scene(9));
    world.run(&["ingest", "in"]).ok(0);
    let list = world
        .run(&["pictures", "--hashes", "--format", "csv"])
        .ok(0)
        .out;
    assert!(list.starts_with("hash,quality,file"), "{list}");
    world.write("list.csv", &list);
    let found = world
        .run(&["find", "--hash-list", "list.csv", "--format", "jsonl"])
        .ok(0)
        .lines();
    assert_eq!(found.len(), 1);
    assert!(found[0]["files"][0].as_str().unwrap().ends_with("one.png"));
    world.write("empty.csv", "hash,quality\n");
    world.run(&["find", "--hash-list", "empty.csv"]).ok(2);
}

/// Which of some files are one picture, each by its name in the folder.
fn together(world: &World) -> Vec<Vec<String>> {
    let mut found = groups(world);
    found.sort();
    found
}

#[test]
fn what_a_person_called_two_pictures_stays_two_for_good() {
    let world = World::new();
    let picture = scene(31);
    save(&world, "in/one.png", &picture);
    let smaller = image::imageops::thumbnail(&picture, picture.width() / 2, picture.height() / 2);
    save(&world, "in/two.png", &smaller);
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(together(&world).len(), 1);
    let review = |args: &[&str]| {
        let mut all = vec!["review"];
        all.extend(args);
        all.extend(["--reviewer", "Ana"]);
        world.run(&all).ok(0);
    };
    review(&["in/one.png", "--not-same", "in/two.png"]);
    assert_eq!(together(&world).len(), 2, "at once");
    world.run(&["rederive"]).ok(0);
    assert_eq!(together(&world).len(), 2, "after deriving again");

    // The files go and come back, and a third copy resembles both.
    let bytes = std::fs::read(world.path("in/two.png")).unwrap();
    std::fs::write(world.path("in/two.png"), b"not a picture").unwrap();
    world.run(&["ingest", "in"]);
    std::fs::write(world.path("in/two.png"), bytes).unwrap();
    let third = image::imageops::thumbnail(&picture, picture.width() / 3, picture.height() / 3);
    save(&world, "in/three.png", &third);
    world.run(&["ingest", "in"]).ok(0);
    let apart = |world: &World| {
        let all = together(world);
        !all.iter().any(|g| {
            ["one.png", "two.png"]
                .iter()
                .all(|name| g.iter().any(|file| file.ends_with(name)))
        })
    };
    assert!(apart(&world), "{:?}", together(&world));
    assert_eq!(together(&world).len(), 2);

    review(&["in/one.png", "--same", "in/two.png"]);
    assert_eq!(together(&world).len(), 1, "the later word counts");
}

#[test]
fn what_a_person_called_one_picture_stays_one_for_good() {
    let world = World::new();
    save(&world, "in/one.png", &scene(41));
    save(&world, "in/two.png", &scene(42));
    save(&world, "in/other.png", &scene(43));
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(together(&world).len(), 3);
    world
        .run(&[
            "review",
            "in/one.png",
            "--same",
            "in/two.png",
            "--reviewer",
            "Ana",
        ])
        .ok(0);
    assert_eq!(together(&world).len(), 2);
    // A copy of one of them joins both; deriving again changes nothing.
    let picture = scene(42);
    let small = image::imageops::thumbnail(&picture, picture.width() / 2, picture.height() / 2);
    save(&world, "in/small.png", &small);
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(together(&world).len(), 2);
    world.run(&["rederive"]).ok(0);
    assert_eq!(together(&world).len(), 2);
    world
        .run(&[
            "review",
            "in/one.png",
            "--not-same",
            "in/two.png",
            "--reviewer",
            "Ana",
        ])
        .ok(0);
    assert_eq!(together(&world).len(), 3);
}

#[test]
fn further_copies_of_a_picture_are_linked_to_some_of_them_and_not_to_all() {
    let world = World::new();
    let picture = scene(51);
    for n in 0..30u32 {
        let side = |length: u32| length * (60 - n) / 60;
        let copy = image::imageops::resize(
            &picture,
            side(picture.width()),
            side(picture.height()),
            image::imageops::FilterType::Triangle,
        );
        save(&world, &format!("in/copy{n:02}.png"), &copy);
    }
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(together(&world).len(), 1);
    let links = world.count("photo_links");
    assert!(links < 240, "{links} links of at most 435");
}

#[test]
fn many_files_around_one_coded_image_are_each_linked_to_one_of_them() {
    let world = World::new();
    save(&world, "base.jpg", &scene(61));
    let bytes = std::fs::read(world.path("base.jpg")).unwrap();
    for n in 0..12u8 {
        let mut copy = bytes[..2].to_vec();
        copy.extend([0xff, 0xfe, 0, 3, n]);
        copy.extend(&bytes[2..]);
        world.write(&format!("in/copy{n:02}.jpg"), &copy);
    }
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(together(&world).len(), 1);
    let same: i64 = world
        .sql()
        .query_row(
            "SELECT count(*) FROM photo_links WHERE relation = 'same-coded-image'",
            [],
            |r| r.get(0),
        )
        .unwrap();
    assert!((11..30).contains(&same), "{same} links of at most 66");
}

#[test]
fn a_copy_that_was_found_through_a_cut_off_file_says_so() {
    let world = World::new();
    let mut jpeg = Vec::new();
    scene(3)
        .write_to(
            &mut std::io::Cursor::new(&mut jpeg),
            image::ImageFormat::Jpeg,
        )
        .unwrap();
    world.write("in/a/whole.jpg", &jpeg);
    world.write("in/b/cut.jpg", &jpeg[..jpeg.len() * 98 / 100]);
    save(
        &world,
        "in/c/small.png",
        &imageops::thumbnail(&scene(3), 240, 160),
    );
    world.run(&["ingest", "in"]).ok(3);
    let links = world.run(&["pictures", "--format", "jsonl"]).ok(0).lines();
    let links: Vec<&Value> = links
        .iter()
        .flat_map(|p| p["links"].as_array().unwrap())
        .collect();
    assert!(links.len() > 1, "{links:?}");
    for link in links {
        let through = link["a"] == "in/b/cut.jpg" || link["b"] == "in/b/cut.jpg";
        assert_eq!(link["truncated"] == true, through, "{link}");
    }
    let flags = world
        .run(&["flags", "--severity", "info", "--format", "jsonl"])
        .ok(0)
        .lines();
    let said: Vec<&str> = flags
        .iter()
        .flat_map(|f| f["evidence"].as_array().unwrap())
        .filter_map(|e| e["from"].as_str())
        .collect();
    let cut: Vec<_> = said.iter().filter(|s| s.contains("cut.jpg")).collect();
    assert!(
        !cut.is_empty() && cut.iter().all(|s| s.contains("ends too early")),
        "{said:?}"
    );
    assert_eq!(world.count("picture_links WHERE truncated"), 2);
}
