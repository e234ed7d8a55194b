//! Pages: what a reader of the library gets from mark-up of every kind. All of it is made up.

use std::sync::{Arc, OnceLock};

use cutline::credit::CreditReader;
use cutline::model::Document;
use cutline::parties::Registry;
use cutline::read::{DocumentContext, Limits, html};

fn credits() -> &'static CreditReader {
    static READER: OnceLock<CreditReader> = OnceLock::new();
    READER.get_or_init(|| CreditReader::new(Arc::new(Registry::builtin().unwrap())).unwrap())
}

fn read(page: &str) -> Document {
    html::read(
        page.as_bytes(),
        &DocumentContext {
            name: "saved/page.html",
            url: Some("https://quay.example/2024/05/story.html"),
            charset: None,
            credits: credits(),
            limits: &Limits::default(),
        },
    )
}

/// An article around a piece of mark-up, with teasers, a logo and an author's portrait that are not its pictures.
fn article(markup: &str) -> Document {
    let text = "Fog lay over the harbour until noon, and no ferry left the quay before the wind had turned to the west. ".repeat(4);
    read(&format!(
        "<html lang=en><head><title>Ferries in fog - The Quay</title><meta property='og:site_name' content='The Quay'></head><body>
         <header><a href='/'><img src='/static/quay-logo.png' alt='The Quay'></a></header>
         <main><article><h1>Ferries in fog</h1>
         <div class='author-box'><img src='/authors/jo.jpg' alt='Jo Writer'><a href='/by/jo'>Jo Writer</a></div>
         <div class='story'><p>{text}</p>{markup}<p>{text}</p><p>{text}</p></div></article>
         <ul class='more'><li><a href='/2'><img src='/p/other-000002.jpg' alt='Other'></a><h3><a href='/2'>Another story of the day</a></h3></li>
         <li><a href='/3'><figure><img src='/p/other-000003.jpg'></figure><h3>A third story of the day</h3></a></li></ul></main>
         <footer><img src='/static/footer.jpg' alt='x'></footer><img src='https://t.example/p.gif' width=1 height=1 alt=''></body></html>"
    ))
}

/// Asserts that a piece of mark-up is one picture with this caption and credit line.
#[track_caller]
fn one(markup: &str, caption: &str, credit: Option<&str>) {
    let document = article(markup);
    let found: Vec<_> = document
        .appearances
        .iter()
        .map(|a| (a.credit.caption.as_str(), a.credit.credit_line.as_deref()))
        .collect();
    assert_eq!(found, [(caption, credit)], "{markup}");
}

const PICTURE: &str = "<img src='/p/ferry-4711.jpg' alt='x'>";
const CAPTION: &str = "The ferry at the north quay on Friday.";

#[test]
fn figures_with_every_kind_of_credit() {
    for (caption, credit) in [
        (
            format!(
                "<figcaption>{CAPTION} <span class='credit'>Ana Ruiz/Reuters</span></figcaption>"
            ),
            "Ana Ruiz/Reuters",
        ),
        (
            format!(
                "<figcaption><span class='credit'>Ana Ruiz/Reuters</span> {CAPTION}</figcaption>"
            ),
            "Ana Ruiz/Reuters",
        ),
        (
            format!("<figcaption>{CAPTION} (Photo: Ana Ruiz/Reuters)</figcaption>"),
            "Photo: Ana Ruiz/Reuters",
        ),
        (
            format!(
                "<figcaption><p>{CAPTION}</p></figcaption><div class='image-overlay__copyright'>© Ana Ruiz</div>"
            ),
            "© Ana Ruiz",
        ),
        (
            format!(
                "<figcaption><span class='a1b'>{CAPTION}</span><span class='c2d'>Ana Ruiz</span></figcaption>"
            ),
            "Ana Ruiz",
        ),
        (
            format!(
                "<div class='x9'><span>Foto: Ana Ruiz</span></div><figcaption>{CAPTION}</figcaption>"
            ),
            "Foto: Ana Ruiz",
        ),
        (
            format!("<figcaption>{CAPTION} <small>Ana Ruiz</small></figcaption>"),
            "Ana Ruiz",
        ),
        (
            format!(
                "<figcaption>{CAPTION}<span class='caption__author'>Ana Ruiz</span><button>Enlarge</button></figcaption>"
            ),
            "Ana Ruiz",
        ),
    ] {
        one(
            &format!("<figure>{PICTURE}{caption}</figure>"),
            CAPTION,
            Some(credit),
        );
    }
}

#[test]
fn blocks_that_are_no_figures_in_many_languages() {
    for (caption, credit) in [
        ("pie-de-foto", "autor-foto"),
        ("legende", "credit-photo"),
        ("c-bildunterschrift", "c-fotocredit"),
        ("didascalia", "fotografo"),
        ("fotobijschrift", "fotobron credit"),
        ("popisek", "zdroj-foto"),
        ("bildetekst", "fotokreditering"),
        ("resim-alti", "fotograf"),
        ("keterangan-foto", "sumber-foto"),
        ("podpis-foto", "avtor-foto"),
        ("写真説明", "撮影者"),
        ("ImageBlock_caption__x1Y2", "ImageBlock_photographer__z3"),
    ] {
        for order in [
            format!(
                "<div class='w'>{PICTURE}<p class='{caption}'>{CAPTION}</p><p class='{credit}'>Ana Ruiz</p></div>"
            ),
            format!(
                "<div class='w'>{PICTURE}<div><span class='{credit}'>Ana Ruiz</span><span class='{caption}'>{CAPTION}</span></div></div>"
            ),
            format!(
                "<div><div>{PICTURE}</div></div><div class='{caption}'>{CAPTION} <em class='{credit}'>Ana Ruiz</em></div>"
            ),
        ] {
            one(&order, CAPTION, Some("Ana Ruiz"));
        }
    }
}

#[test]
fn captions_for_screen_readers_lose_their_labels() {
    one(
        &format!("<figure><div>{PICTURE}<span role=text><span class='visually-hidden'>Image source, </span>Getty Images</span></div>
          <figcaption><span class='visually-hidden'>Image caption, </span><div>{CAPTION}</div></figcaption></figure>"),
        CAPTION,
        Some("Image source, Getty Images"),
    );
}

#[test]
fn lazy_pictures_and_their_fallbacks_are_one_picture() {
    let document = article(
        "<figure><picture><source data-srcset='/p/ferry-4711-640x400.webp 640w, /p/ferry-4711-1280x800.webp 1280w'>
         <img src='data:image/gif;base64,R0lGOD' data-src='/p/ferry-4711.jpg'></picture>
         <noscript><img src='/p/ferry-4711-640x400.jpg'></noscript><figcaption>The ferry. Photo: Reuters</figcaption></figure>",
    );
    assert_eq!(document.appearances.len(), 1);
    let image = &document.appearances[0].image;
    assert_eq!(
        image.url.as_deref(),
        Some("https://quay.example/p/ferry-4711.jpg")
    );
    assert!(
        image
            .variants
            .contains(&"https://quay.example/p/ferry-4711-1280x800.webp".to_owned()),
        "{image:?}"
    );
}

#[test]
fn structured_data_says_what_the_page_does_not_print() {
    let document = article(
        r##"<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "NewsArticle", "headline": "Ferries in fog",
          "datePublished": "2024-05-03T10:00:00+09:00", "dateModified": "2024-05-03T11:00:00+09:00", "articleSection": "Harbour", "image": {"@id": "#i"}},
          {"@type": "ImageObject", "@id": "#i", "url": "https://quay.example/p/ferry-4711.jpg", "caption": "The ferry at the north quay.",
           "creditText": "Reuters", "creator": {"@type": "Person", "name": "Ana Ruiz"}}]}</script>
          <div class=lead><img src='/p/ferry-4711-1024x683.jpg' alt='a ferry'></div>"##,
    );
    assert_eq!(
        document.published.as_deref(),
        Some("2024-05-03T10:00:00+09:00")
    );
    assert_eq!(
        document.modified.as_deref(),
        Some("2024-05-03T11:00:00+09:00")
    );
    assert_eq!(document.section.as_deref(), Some("Harbour"));
    assert_eq!(document.outlet.name.as_deref(), Some("The Quay"));
    let [one] = document.appearances.as_slice() else {
        panic!("{:?}", document.appearances)
    };
    assert_eq!(one.credit.caption, "The ferry at the north quay.");
    assert_eq!(one.credit.creators, ["Ana Ruiz"]);
    assert_eq!(one.credit.chain[0].party.as_deref(), Some("reuters"));
    assert!(one.lead);
}

#[test]
fn attributes_microdata_and_state_carry_captions_and_credits() {
    for markup in [
        "<div class=pic data-caption='The ferry at the north quay on Friday.' data-credit='Ana Ruiz'><img src='/p/ferry-4711.jpg' alt=x></div>",
        "<div itemscope itemtype='https://schema.org/ImageObject'><img itemprop=contentUrl src='/p/ferry-4711.jpg' alt=x>
           <span itemprop=caption>The ferry at the north quay on Friday.</span><meta itemprop=creditText content='Ana Ruiz'></div>",
        "<div typeof='ImageObject'><img property=url src='/p/ferry-4711.jpg' alt=x><p property='schema:caption'>The ferry at the north quay on Friday.</p>
           by <a property='copyrightHolder' href='/ana'>Ana Ruiz</a></div>",
        "<div><img src='/p/ferry-4711.jpg' alt=x></div><script>window.__S__={\"media\":[{\"legende\":\"The ferry at the north quay on Friday.\",
           \"photographe\":{\"name\":\"Ana Ruiz\"},\"formats\":{\"xl\":{\"url\":\"\\/p\\/ferry-4711-1280x800.jpg\"}}}]}</script>",
    ] {
        one(markup, CAPTION, Some("Ana Ruiz"));
    }
}

#[test]
fn a_caption_that_is_also_called_an_attribution_stays_one_before_a_credit() {
    let page = article(
        "<div class='image'><img src='/p/quay-000001.jpg' alt='x'><div class='image__metadata'>
         <div itemprop='caption' class='image__caption attribution'><span>The mayor looks at a new crane.</span></div>
         <figcaption class='image__credit'>Jo Doe/Reuters</figcaption></div></div>",
    );
    let [one] = page.appearances.as_slice() else {
        panic!("{:?}", page.appearances);
    };
    assert_eq!(one.credit.caption, "The mayor looks at a new crane.");
    assert_eq!(one.credit.creators, ["Jo Doe"]);
}

#[test]
fn a_title_in_a_caption_is_no_credit_and_hides_none() {
    one(
        "<figure><img src='/p/a-000001.jpg' alt='갈매기 나는 항구'><figcaption><strong class='tit-cap'>갈매기 나는 항구</strong> (서울=연합뉴스) 갈매기들이 12일 항구 위를 날고 있다.</figcaption></figure>",
        "갈매기 나는 항구 갈매기들이 12일 항구 위를 날고 있다.",
        Some("서울=연합뉴스"),
    );
    one(
        "<figure><img src='/p/a-000001.jpg' alt='항구 공항'><figcaption><strong class='tit-cap'>항구 공항</strong><p>갈매기들이 12일 항구 위를 날고 있다.</p></figcaption></figure>",
        "항구 공항 갈매기들이 12일 항구 위를 날고 있다.",
        None,
    );
}

#[test]
fn the_label_of_a_credit_is_no_end_of_a_caption() {
    for label in ["Credit...", "Crédito…", "Foto…"] {
        one(
            &format!(
                "<figure><img src='/p/a-000001.jpg'><figcaption>Boats leave the harbour on Friday. <span>{label}</span> <span>Ana Example for The Example Times</span></figcaption></figure>"
            ),
            "Boats leave the harbour on Friday.",
            Some("Ana Example for The Example Times"),
        );
    }
}

#[test]
fn galleries_have_a_caption_for_each_picture() {
    let document = article(
        "<div class=gallery><ul>
         <li class=slide><img src='/p/g-000001.jpg' alt=a><div class='slide-caption'>One. <span class=copyright>© A. Berg</span></div></li>
         <li class=slide><img data-lazy='/p/g-000002.jpg' alt=b><div class='slide-caption'>Two. <span class=copyright>© B. Cho</span></div></li>
         </ul></div><amp-carousel><figure><amp-img src='/p/g-000003.jpg' width=600 height=400></amp-img><figcaption>Three. Photo: AFP</figcaption></figure></amp-carousel>",
    );
    let found: Vec<_> = document
        .appearances
        .iter()
        .map(|a| {
            (
                a.credit.caption.as_str(),
                a.credit.credit_line.as_deref().unwrap_or_default(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("One.", "© A. Berg"),
            ("Two.", "© B. Cho"),
            ("Three.", "Photo: AFP")
        ]
    );
}

#[test]
fn scripts_without_capitals_and_from_right_to_left() {
    for (markup, caption, credit) in [
        (
            "<div class='photo'><img src='/p/ferry-4711.jpg' alt='x'><p class='photo-caption'>霧の港に停泊するフェリー＝３日午前、北埠頭（共同）</p></div>",
            "霧の港に停泊するフェリー＝３日午前、北埠頭",
            Some("共同"),
        ),
        (
            "<figure><img src='/p/ferry-4711.jpg'><figcaption>العبارة في الميناء الشمالي يوم الجمعة. (رويترز)</figcaption></figure>",
            "العبارة في الميناء الشمالي يوم الجمعة.",
            Some("رويترز"),
        ),
        (
            "<table class='image'><tr><td><img src='/p/ferry-4711.jpg' alt=x></td></tr><tr><td class='txt_caption'>안개 낀 항구의 여객선. 사진=연합뉴스</td></tr></table>",
            "안개 낀 항구의 여객선.",
            Some("사진=연합뉴스"),
        ),
        (
            "<div class='b-photo'><img src='/p/ferry-4711.jpg'><div class='b-photo__podpis'>Паром у северного причала.</div><div class='b-photo__istochnik'>Фото: ТАСС</div></div>",
            "Паром у северного причала.",
            Some("Фото: ТАСС"),
        ),
    ] {
        one(markup, caption, credit);
    }
}

#[test]
fn another_storys_data_is_not_the_pages() {
    let document = article(
        "<script type='application/ld+json'>{\"@type\": \"ItemList\", \"itemListElement\": [{\"@type\": \"ListItem\",
         \"item\": {\"@type\": \"NewsArticle\", \"headline\": \"Another story\", \"datePublished\": \"2020-01-01\",
         \"url\": \"https://quay.example/other\"}}]}</script>
         <p>The war of <time datetime='1914-07-28'>28 July 1914</time> began.</p>",
    );
    assert_eq!(document.title.as_deref(), Some("Ferries in fog"));
    assert_eq!(document.published, None);
    // One list with a caption for each of three pictures: nobody is given another's credit.
    let document = article(
        "<ul><li><img src='/p/one-1.jpg' alt='a'></li><li><img src='/p/two-2.jpg' alt='b'></li></ul>
         <ul class='captions'><li>One ship sails. Photo: AP</li><li>Two ships sail. Photo: KCNA</li></ul>",
    );
    assert!(
        document
            .appearances
            .iter()
            .all(|a| a.credit.credit_line.is_none())
    );
    // A picture without alternative text is one where it stands among paragraphs.
    let document = article("<p><img src='/p/ferry-4711.jpg' width=800 height=500></p>");
    assert_eq!(document.appearances.len(), 1);
}

#[test]
fn blocks_without_telling_names() {
    // Between two paragraphs: a caption, then a house's initials.
    one(
        &format!(
            "<div class='x1'><div class='x2'>{PICTURE}</div><div class='x3'>The former harbour master Jo Quay</div><div class='x4'>QN</div></div>"
        ),
        "The former harbour master Jo Quay",
        Some("QN"),
    );
    // Two texts that are no caption and no name.
    let document = article(&format!(
        "<div class='x1'><div class='x2'>{PICTURE}</div><div>Read more</div><div>Watch again from the beginning of the day</div></div>"
    ));
    assert!(
        document
            .appearances
            .iter()
            .all(|a| a.credit.caption.is_empty())
    );
    // A heading under a picture with a credit of its own says what it shows.
    one(
        &format!(
            "<div class='slide'>{PICTURE}<p class='credit'>Photograph: Ada Quay</p><div class='SlideHed-x'>North Pier Lantern</div><p>From 12 an hour</p></div>"
        ),
        "North Pier Lantern",
        Some("Photograph: Ada Quay"),
    );
}

#[test]
fn a_credit_ends_with_its_block_and_before_what_one_can_do_with_the_picture() {
    for caption in [
        format!("<p>{CAPTION}</p><p>Photo: KCNA</p><div>Share this</div>"),
        format!("{CAPTION} Photo: KCNA<br>Share this"),
        format!("{CAPTION}<div>Photo: KCNA</div><div>Del dette bildet</div>")
            .replace("Del dette bildet", "Del bildet"),
        format!(
            "<div>{CAPTION}</div><div>Photo: KCNA</div><ul><li><a href='#f'>Facebook</a></li><li><a href='#l'>Copy link</a></li></ul>"
        ),
        format!("{CAPTION} Photo: KCNA <a href='/prints'>Get yours here</a>"),
        format!(
            "{CAPTION} <span class=credit>Photo: KCNA <a href='/license'>License photo</a></span>"
        ),
        format!("{CAPTION} (Photo: KCNA) | Licence this picture"),
    ] {
        one(
            &format!("<figure>{PICTURE}<figcaption>{caption}</figcaption></figure>"),
            CAPTION,
            Some("Photo: KCNA"),
        );
    }
    // A text in a block of its own behind the credit is no part of it, whatever it is.
    let document = article(&format!(
        "<figure>{PICTURE}<figcaption>{CAPTION} Photo: KCNA<br>Plus encore demain</figcaption></figure>"
    ));
    let credit = &document.appearances[0].credit;
    assert_eq!(credit.credit_line.as_deref(), Some("Photo: KCNA"));
    assert_eq!(credit.chain.len(), 1);
}

#[test]
fn names_in_a_credit_may_be_links() {
    let (ana, ap) = ("<a href='/ana'>Ana Ruiz</a>", "<a href='/ap'>AP</a>");
    for (credit, line) in [
        (format!("Photo: {ana}/{ap}"), "Photo: Ana Ruiz/AP"),
        (
            format!("Photo by {ana} via {ap}"),
            "Photo by Ana Ruiz via AP",
        ),
        (
            format!("<span class=credit>Photo: {ana}/{ap}</span>"),
            "Photo: Ana Ruiz/AP",
        ),
        (format!("<p>{ana} / {ap}</p>"), "Ana Ruiz / AP"),
        (format!("<span>{ana} {ap}</span>"), "Ana Ruiz / AP"),
        (format!("Photo: {ana} {ap}"), "Photo: Ana Ruiz / AP"),
    ] {
        one(
            &format!("<figure>{PICTURE}<figcaption>{CAPTION} {credit}</figcaption></figure>"),
            CAPTION,
            Some(line),
        );
    }
    for markup in [
        format!("<div>{PICTURE}<div>Photo: {ana}/{ap}</div></div>"),
        format!("<p>{PICTURE}</p><p>Photo: {ana}/{ap}</p>"),
    ] {
        one(&markup, "", Some("Photo: Ana Ruiz/AP"));
    }
    // A link at the end of a sentence is a word of it, not who made the picture.
    one(
        &format!(
            "<figure>{PICTURE}<figcaption>Visitors of the old harbour in front of <a href='/q'>North Quay</a></figcaption></figure>"
        ),
        "Visitors of the old harbour in front of North Quay",
        None,
    );
}

#[test]
fn captions_right_behind_the_picture_without_a_telling_name() {
    for (markup, credit) in [
        (format!("<p>{PICTURE}</p><p>{CAPTION} (AP)</p>"), Some("AP")),
        (
            format!("<p>{PICTURE}</p><small>{CAPTION} Photo: Ana Ruiz</small>"),
            Some("Photo: Ana Ruiz"),
        ),
        (
            format!("<div>{PICTURE}</div><p><small>{CAPTION}</small></p>"),
            None,
        ),
        (format!("<p>{PICTURE}<br><em>{CAPTION}</em></p>"), None),
        (
            format!("<p>{PICTURE}</p><p style='font-size: 11px'>{CAPTION}</p>"),
            None,
        ),
        (
            format!("{PICTURE}<br>{CAPTION} Foto: Ana Ruiz<br><br>"),
            Some("Foto: Ana Ruiz"),
        ),
    ] {
        one(&markup, CAPTION, credit);
    }
    // Letters that slant in the middle of a paragraph, or through a whole text, set nothing apart.
    for markup in [
        format!(
            "<p>{PICTURE}<em>The ferry at the quay</em> left on Friday, said the harbour master.</p>"
        ),
        format!(
            "<p>{PICTURE}</p><p><i>{CAPTION}</i></p><p><i>And so did the next one, in the afternoon of that day.</i></p>"
        ),
    ] {
        one(&markup, "", None);
    }
}

#[test]
fn the_same_picture_at_the_head_and_in_the_text_is_one() {
    let hero =
        "<div class=hero><img src='/media/hero/harbour.jpg' alt='The harbour at dawn'></div>";
    let document = article(&format!(
        "{hero}<figure><img src='/media/body/harbour.jpg' alt='The harbour at dawn'><figcaption>{CAPTION} Photo: AP</figcaption></figure>"
    ));
    assert_eq!(document.appearances.len(), 1);
    assert_eq!(document.appearances[0].credit.caption, CAPTION);
    // The same words for two pictures that have captions of their own.
    let document = article(
        "<figure><img src='/media/a/harbour.jpg' alt='The harbour at dawn'><figcaption>One. Photo: AP</figcaption></figure>
         <figure><img src='/media/b/harbour.jpg' alt='The harbour at dawn'><figcaption>Two. Photo: AP</figcaption></figure>",
    );
    assert_eq!(document.appearances.len(), 2);
}

#[test]
fn a_date_under_the_headline_is_that_of_publication_where_it_can_be_no_other() {
    let text = "Fog lay over the harbour until noon, and no ferry left the quay before the wind had turned. ".repeat(5);
    let dated = |lang: &str, line: &str| {
        read(&format!(
            "<html lang={lang}><article><h1>Ferries in fog</h1>{line}<p>{text}</p><p>On 3 May 2019 a ferry sank.</p></article>"
        ))
    };
    for (lang, line) in [
        ("en", "<p class=meta>Published 12 June 2024</p>"),
        ("en", "<div>By Jo Quay, June 12, 2024</div>"),
        ("de", "<span>Mittwoch, 12. Juni 2024</span>"),
        ("de", "<div>12.06.2024, 10:30 Uhr</div>"),
        ("ja", "<div>2024年6月12日</div>"),
        ("es", "<div>Miércoles, 12 de junio de 2024</div>"),
    ] {
        assert_eq!(
            dated(lang, line).published.as_deref(),
            Some("2024-06-12"),
            "{line}"
        );
    }
    let both = dated("en", "<p>Published 12 June 2024 | Updated 14 June 2024</p>");
    assert_eq!(both.published.as_deref(), Some("2024-06-12"));
    assert_eq!(both.modified.as_deref(), Some("2024-06-14"));
    for line in [
        "<div>03/04/2024</div>",
        "<p>Updated 14 June 2024</p>",
        "<p>From 12 June 2024 the ferry is closed.</p>",
        "<p>12 June 2024</p><p>13 June 2024</p>",
        "<figure><img src='/p/a-000001.jpg'><figcaption>The ferry on 12 June 2024</figcaption></figure>",
        "<aside>12 June 2024</aside>",
    ] {
        assert_eq!(dated("en", line).published, None, "{line}");
    }
}

#[test]
fn body_text_is_never_a_caption() {
    for markup in [
        "<img src='/p/ferry-4711.jpg' alt='a ferry'><p>The harbour master said on Friday that nobody had been hurt, and that the quay would open.</p>",
        "<p><img src='/p/ferry-4711.jpg' alt='a ferry'> The harbour master said on Friday that nobody had been hurt.</p>",
        "<figure><img src='/p/ferry-4711.jpg' alt='a ferry'></figure><p class='text'>The harbour master said that nobody had been hurt.</p>",
    ] {
        one(markup, "", None);
    }
}

#[test]
fn related_stories_ads_and_portraits_are_no_appearances() {
    let document = article(
        "<aside class=related><figure><img src='/p/r-000001.jpg'><figcaption>Read more of it</figcaption></figure></aside>
         <div class='advert'><img src='/ads/a-000001.jpg' alt='Buy'><span class=caption>Buy it</span></div>
         <div class='teaser'><a href='/4'><img src='/p/t-000001.jpg' alt='t'></a><a class=title href='/4'>One more story of the day</a></div>
         <a href='/5'><div><img src='/p/t-000002.jpg' alt='t'></div><div><h4>Yet another story of the day</h4></div></a>
         <div class='newsletter-signup'><img src='/p/n-000001.jpg' alt='n'><p>Sign up for our letter</p></div>
         <div class='c-byline'><img src='/p/b-000001.jpg' alt='Jo'></div><img src='/i/share-icon.png' alt='share'>
         <div style='display: none'><figure><img src='/p/h-000001.jpg'><figcaption>Hidden (AP)</figcaption></figure></div>",
    );
    let found: Vec<_> = document
        .appearances
        .iter()
        .map(|a| a.image.url.as_deref())
        .collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_credit_for_all_pictures_belongs_to_the_document() {
    let text = "Fog lay over the harbour until noon, and no ferry left the quay before the wind had turned. ".repeat(5);
    let document = read(&format!(
        "<h1>Ferries in fog</h1><article><p>{text}</p><figure><img src='/p/a-000001.jpg'><figcaption>{CAPTION}</figcaption></figure><p>{text}</p><p>Photos: AP, Reuters</p></article>"
    ));
    assert_eq!(document.appearances.len(), 1);
    assert_eq!(document.appearances[0].credit.credit_line, None);
    assert_eq!(document.document_credits.len(), 1);
    assert_eq!(document.document_credits[0].chain.len(), 2);
}

#[test]
fn pictures_inside_the_page_are_taken_out_of_it() {
    let bytes: Vec<u8> = (0..6000_u32).map(|i| (i % 251) as u8).collect();
    let base64 = base64(&bytes);
    let document = article(&format!(
        "<figure><img src='data:image/jpeg;base64,{base64}'><figcaption>{CAPTION} Photo: AP</figcaption></figure>"
    ));
    let [one] = document.appearances.as_slice() else {
        panic!("{:?}", document.appearances)
    };
    assert_eq!(one.image.local, ["page.html/data-1.jpg"]);
    assert_eq!(one.credit.caption, CAPTION);
    assert_eq!(document.embedded.len(), 1);
    assert_eq!(document.embedded[0].reference, "page.html/data-1.jpg");
    assert_eq!(document.embedded[0].bytes, bytes);
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes
        .chunks(3)
        .flat_map(|c| {
            let n = c.iter().fold(0_u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - c.len()));
            (0..4).map(move |i| {
                if i <= c.len() {
                    char::from(LETTERS[(n >> (18 - 6 * i) & 63) as usize])
                } else {
                    '='
                }
            })
        })
        .collect()
}

#[test]
fn where_articles_follow_each_other_only_the_first_is_read() {
    let text = "Fog lay over the harbour until noon, and no ferry left the quay before the wind had turned. ".repeat(8);
    let document = read(&format!(
        "<title>Ferries in fog</title><main><article><h1>Ferries in fog</h1><figure><img src='/p/a-000001.jpg'><figcaption>One.</figcaption></figure><p>{text}</p></article>
         <article><h1>Trains in snow</h1><figure><img src='/p/b-000001.jpg'><figcaption>Two.</figcaption></figure><p>{text}</p></article></main>"
    ));
    let found: Vec<_> = document
        .appearances
        .iter()
        .map(|a| a.credit.caption.as_str())
        .collect();
    assert_eq!(found, ["One."]);
}

#[test]
fn stories_that_follow_are_not_the_documents() {
    let text = "Fog lay over the harbour until noon, and no ferry left the quay before the wind had turned to the west at last. ";
    let figure = |name: &str| {
        format!("<figure><img src='/p/{name}-000001.jpg'><figcaption>{name}.</figcaption></figure>")
    };
    let own = format!(
        "<h1>Ferries in fog</h1>{}<p>{text}</p><p>{text}</p>",
        figure("One")
    );
    let next = |heading: &str| {
        format!(
            "{heading}{}<p>{text}</p><p>{text}</p><p>{text}</p>",
            figure("Two")
        )
    };
    for body in [
        format!(
            "<article>{own}</article><article>{}</article><article>{}</article>",
            next("<h1>Trains in snow</h1>"),
            next("<h2>Buses</h2>")
        ),
        format!(
            "<article>{own}</article>{}",
            next("<h1>Trains in snow</h1>")
        ),
        format!(
            "<section>{own}</section><section>{}</section>",
            next("<h1>Trains in snow</h1>")
        ),
        format!(
            "<div>{own}</div><div>{}</div>",
            next("<h2><a href='/trains'>Trains in snow</a></h2>")
        ),
        format!(
            "<div>{own}</div><div data-url='https://quay.example/trains'>{}</div>",
            next("<h2>Trains in snow</h2>")
        ),
        format!(
            "<div>{own}</div><div><figure><img src='/p/Zero-000001.jpg'></figure>{}</div>",
            next("<h1>Trains in snow</h1>")
        ),
    ] {
        let document = read(&format!(
            "<title>Ferries in fog - The Quay</title><main>{body}</main>"
        ));
        let found: Vec<_> = document
            .appearances
            .iter()
            .map(|a| a.credit.caption.as_str())
            .collect();
        assert_eq!(found, ["One."], "{body}");
    }
    // A short one before a long one.
    let document = read(&format!(
        "<title>Ferries in fog - The Quay</title><main><article>{own}</article><div data-next-url='/trains'><article>{}{}</article></div></main>",
        next("<h1><a href='/trains'>Trains in snow</a></h1>"),
        format!("<p>{text}</p>").repeat(6)
    ));
    assert_eq!(document.appearances.len(), 1);
    // What belongs to the story: its parts with headings, the posts of a live report, a headline apart from the text.
    for body in [
        format!(
            "<article>{own}<h2><a href='#more'>More</a></h2>{}</article>",
            next("<h2>In the evening</h2>")
        ),
        format!(
            "<article>{own}<article><h2>10:30 Trains</h2>{}</article></article>",
            figure("Two")
        ),
        format!(
            "<h1>Ferries in fog</h1><article>{}<p>{text}</p></article><article>{}</article>",
            figure("One"),
            next("<h2>10:00</h2>")
        ),
        format!(
            "<div><h1>Ferries in fog</h1></div><div>{}<p>{text}</p>{}</div>",
            figure("One"),
            next("<h1>In the evening</h1>")
        ),
    ] {
        let document = read(&format!(
            "<title>Ferries in fog - The Quay</title><main>{body}</main>"
        ));
        let found: Vec<_> = document
            .appearances
            .iter()
            .map(|a| a.credit.caption.as_str())
            .collect();
        assert_eq!(found, ["One.", "Two."], "{body}");
    }
}

#[test]
fn a_stray_zero_is_passed_over() {
    let text = "Fog lay over the harbour until noon, and no ferry left the quay before the wind had turned. ".repeat(5);
    let document = read(&format!(
        "\0<h1>Fer\0ries in fog</h1><article><p>{text}</p><figure><img src='/p/a-000001.jpg'><figcaption>The fer\0ry. Photo: A\0P</figcaption></figure><p>{text}</p></article>"
    ));
    assert_eq!(document.title.as_deref(), Some("Ferries in fog"));
    assert_eq!(document.appearances[0].credit.caption, "The ferry.");
    assert_eq!(
        document.appearances[0].credit.credit_line.as_deref(),
        Some("Photo: AP")
    );
}

#[test]
fn nothing_makes_the_reader_fail() {
    for page in [
        "",
        "<",
        "<figure><figcaption>",
        "<img src>",
        "<img srcset=',,, ,'>",
        "<script type='application/ld+json'>{\"@graph\":[{\"@id\":\"#a\",\"image\":{\"@id\":\"#a\"}}]</script>",
        "<script type='application/json'>[[[[[[{{{{",
        "<picture><picture><picture><img src=a.jpg></picture>",
        "<figure><a><figure><a><img src=b.jpg></figure><figcaption>x",
        "<img src='data:image/png;base64,////'><img src='data:;,'><img src='%%%'><img src='http://'><img src='//'>",
    ] {
        read(page);
    }
    read(&format!(
        "{}<img src=a.jpg>",
        "<div class='caption image'>".repeat(20_000)
    ));
    read(&format!("<script>x={}</script>", "{\"a\":[".repeat(50_000)));
}
