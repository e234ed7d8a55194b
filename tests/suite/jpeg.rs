use cutline::fingerprint;
use cutline::fingerprint::decode::decode;
use cutline::fingerprint::jpeg::{Detail, Plane, luma, size};
use cutline::fingerprint::pdq;
use cutline::fingerprint::reduce::{Window, reduce};
use cutline::model::{PhotoFormat, Sha256};
use cutline::read::Limits;

use crate::world::project;

/// One picture in every form that is read by coefficients; `make.py` beside them made them.
const FORMS: [&str; 14] = [
    "444",
    "422",
    "420",
    "440",
    "411",
    "grey",
    "optimised",
    "best",
    "restarts",
    "restarts-rows",
    "scans",
    "progressive",
    "progressive-grey",
    "progressive-restarts",
];

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(project("tests/jpeg").join(name)).unwrap()
}

#[test]
fn an_eighth_is_that_of_libjpeg_turbo() {
    for form in FORMS {
        let bytes = fixture(&format!("{form}.jpg"));
        assert_eq!(size(&bytes), Some((117, 91)), "{form}");
        let eighth = luma(&bytes, Detail::Eighth).unwrap().eighth;
        let expected = fixture(&format!("{form}.pgm"));
        let samples = expected.strip_prefix(b"P5\n15 12\n255\n").unwrap();
        assert_eq!(eighth.width, 15, "{form}");
        assert_eq!(eighth.samples, samples, "{form}");
    }
}

/// The mean luma (Rec. 601) of each whole square of the picture as the decoding library gives it, and as it was read.
fn means(bytes: &[u8], plane: &Plane) -> Vec<(f32, u8)> {
    let picture = image::load_from_memory(bytes).unwrap().to_rgb8();
    let luma_of = |[r, g, b]: [f32; 3]| 0.299 * r + 0.587 * g + 0.114 * b;
    let side = plane.square as u32;
    let (across, down) = (picture.width() / side, picture.height() / side);
    let squares = (0..across * down).map(|at| (at % across, at / across));
    squares
        .map(|(x, y)| {
            let pixels = (0..side * side).map(|at| (x * side + at % side, y * side + at / side));
            let sum: f32 = pixels
                .map(|(x, y)| luma_of(picture.get_pixel(x, y).0.map(f32::from)))
                .sum();
            let sample = plane.samples[y as usize * plane.width + x as usize];
            (sum / (side * side) as f32, sample)
        })
        .collect()
}

#[test]
fn finer_samples_are_the_means_of_their_squares() {
    // The library does not read luma in a scan behind the others.
    for form in FORMS.into_iter().filter(|form| *form != "scans") {
        let bytes = fixture(&format!("{form}.jpg"));
        for detail in [Detail::Quarter, Detail::Half] {
            let read = luma(&bytes, detail).unwrap();
            assert_eq!(read.eighth, luma(&bytes, Detail::Eighth).unwrap().eighth);
            let plane = read.finer.unwrap();
            assert_eq!(plane.square * detail.samples(), 8);
            let apart: Vec<f32> = means(&bytes, &plane)
                .into_iter()
                .map(|(mean, sample)| (mean - f32::from(sample)).abs())
                .collect();
            // What frequencies that are left out would add to a noisy picture.
            let mean = apart.iter().sum::<f32>() / apart.len() as f32;
            assert!(mean < 3.0, "{form} {detail:?}: {mean} levels apart");
        }
    }
}

#[test]
fn what_is_coded_otherwise_is_left_to_the_library() {
    for form in ["rgb", "arithmetic"] {
        assert_eq!(luma(&fixture(&format!("{form}.jpg")), Detail::Eighth), None);
    }
}

#[test]
fn damage_is_left_to_the_library() {
    let nothing = b"\xff\xd8\xff\xd9";
    assert_eq!((size(nothing), luma(nothing, Detail::Half)), (None, None));
    for form in ["420", "restarts", "scans", "progressive"] {
        let whole = fixture(&format!("{form}.jpg"));
        let read = luma(&whole, Detail::Half);
        for length in (0..whole.len()).step_by(5) {
            let cut = luma(&whole[..length], Detail::Half);
            // The means of a progressive picture may be whole before its end.
            assert!(cut.is_none() || cut == read, "{form} cut at {length}");
            assert!(
                cut.is_none() || form == "progressive" || length + 2 >= whole.len(),
                "{form} cut at {length}"
            );
        }
        let mut changed = whole.clone();
        for at in (0..whole.len()).step_by(3) {
            for value in [0xff, whole[at] ^ 0x41] {
                changed[at] = value;
                // Whatever it gives: it ends.
                let _ = luma(&changed, Detail::Half);
            }
            changed[at] = whole[at];
        }
    }
}

/// A picture of slopes, rings and blocks, as a JPEG.
fn scene(width: u32, height: u32) -> Vec<u8> {
    let picture = image::GrayImage::from_fn(width, height, |x, y| {
        let (x, y) = (
            f64::from(x) / f64::from(width),
            f64::from(y) / f64::from(height),
        );
        let ring = ((x - 0.3).hypot(y - 0.6) * 40.0).sin() * 50.0;
        let block = if (0.55..0.8).contains(&x) && (0.1..0.5).contains(&y) {
            70.0
        } else {
            0.0
        };
        image::Luma([(60.0 + 80.0 * x + ring + block).clamp(0.0, 255.0) as u8])
    });
    let mut out = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut out, image::ImageFormat::Jpeg)
        .unwrap();
    out.into_inner()
}

fn distance(a: &Sha256, b: &Sha256) -> u32 {
    a.0.iter()
        .zip(&b.0)
        .map(|(a, b)| (a ^ b).count_ones())
        .sum()
}

#[test]
fn a_hash_by_coefficients_is_near_that_of_all_pixels_however_the_picture_is_turned() {
    let bytes = scene(1201, 903);
    let limits = Limits::default();
    for orientation in 1..=8 {
        let (found, problems) = fingerprint::of(&bytes, PhotoFormat::Jpeg, orientation, &limits);
        assert!(problems.is_empty());
        let whole = decode(&bytes, PhotoFormat::Jpeg, orientation, &limits).unwrap();
        let wanted = pdq::wanted(Window::whole(&whole)).unwrap();
        let expected = pdq::hash(&reduce(&whole, &[wanted])[0]);
        let apart = distance(&found.pdq.unwrap().hash, &expected.hash);
        assert!(apart <= 10, "orientation {orientation}: {apart} bits");
        assert!(found.features.is_some_and(|f| !f.is_empty()));
    }
}
