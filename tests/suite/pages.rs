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

/// Where the pictures of a document lie.
fn addresses(document: &Document) -> Vec<Option<&str>> {
    let uses = document.appearances.iter();
    uses.map(|a| a.image.url.as_deref()).collect()
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
fn a_stated_day_that_no_calendar_has_is_no_date_and_the_next_statement_is_asked() {
    let published = |head: &str| {
        let page = format!(
            "<html lang=en><head>{head}</head><article><h1>Ferries in fog</h1><p>Fog.</p></article></html>"
        );
        read(&page).published
    };
    let meta = |date: &str| {
        format!(
            "<meta property='article:published_time' content='{date}'><meta name='date' content='2024-06-12'>"
        )
    };
    for impossible in [
        "2023-13-45",
        "99999-01-01",
        "2023-02-30",
        "0001-01-01T00:00:00Z",
    ] {
        assert_eq!(
            published(&meta(impossible)).as_deref(),
            Some("2024-06-12"),
            "{impossible}"
        );
        let data = format!(
            "<script type='application/ld+json'>{{\"@type\": \"NewsArticle\", \"headline\": \"Ferries in fog\",
             \"datePublished\": \"{impossible}\"}}</script>"
        );
        assert_eq!(published(&data), None, "{impossible}");
    }
    for partial in ["2023", "2023-09", "2023-09-13T08:00:00Z"] {
        assert_eq!(published(&meta(partial)).as_deref(), Some(partial));
    }
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
        "<div class=photo><img src='/p/a-000001.jpg'><div class=caption>The old ferry, 12 June 2024</div></div>",
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
    let found = addresses(&document);
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
    for (line, credit) in [
        ("Header image: Ana Ruiz/AP", "Ana Ruiz/AP"),
        ("Titelbild: dpa", "dpa"),
        ("Featured image: KCNA", "KCNA"),
    ] {
        let document = read(&format!(
            "<h1>Ferries in fog</h1><article><img src='/p/a-000001.jpg' alt=x><p>{text}</p><p>{text}</p><p><i>{line}</i></p></article>"
        ));
        assert_eq!(document.document_credits.len(), 1, "{line}");
        assert_eq!(
            document.document_credits[0].credit_line.as_deref(),
            Some(credit),
            "{line}"
        );
    }
    // What readers write, and what stands in other stories, is none.
    for block in [
        "<div class=comments><p>Photo: KCNA lol</p></div>",
        "<div id=comments><ol><li><p>Photo: KCNA lol</p></li></ol></div>",
        "<h2>Read next</h2><p>Photo: KCNA</p>",
        "<div class=more-stories><div class=card><p>Photo: KCNA</p></div></div>",
    ] {
        let document = read(&format!(
            "<h1>Ferries in fog</h1><article><p>{text}</p><p>{text}</p>{block}</article>"
        ));
        assert!(document.document_credits.is_empty(), "{block}");
    }
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
    // A program that saves a page as one file puts pictures into its style sheet.
    let document = article(&format!(
        "<style>:root{{--sf-img-1:url(\"data:image/jpeg;base64,{base64}\")}}</style><figure><img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>\" style=\"background-image:var(--sf-img-1)!important\" width=900 height=600><figcaption>{CAPTION} Photo: AP</figcaption></figure>"
    ));
    assert_eq!(document.embedded.len(), 1);
    assert_eq!(document.embedded[0].bytes, bytes);
    assert_eq!(document.appearances[0].credit.caption, CAPTION);
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

/// A lead picture without words between headline and text, with a line behind it.
fn led(lang: &str, line: &str) -> Document {
    let text = "Fog lay over the harbour until noon, and no ferry left the quay before the wind had turned to the west. ".repeat(4);
    read(&format!(
        "<html lang={lang}><title>Ferries in fog</title><main><article><h1>Ferries in fog</h1><p><img src='/p/a-000001.jpg' width=900 height=600 alt=x></p>{line}<p>{text}</p><p>{text}</p></article></main>"
    ))
}

#[track_caller]
fn without_words(document: &Document, of: &str) {
    let [one] = document.appearances.as_slice() else {
        panic!("{of}: {:?}", document.appearances);
    };
    assert_eq!(one.credit.credit_line, None, "{of}");
    assert_eq!(one.credit.caption, "", "{of}");
    assert_eq!(one.credit_text, None, "{of}");
}

#[test]
fn who_wrote_the_text_is_not_who_made_the_picture() {
    for (lang, line) in [
        (
            "en",
            "<p class=byline>By <a rel=author href='/kcna'>KCNA</a></p>",
        ),
        ("en", "<p>By KCNA</p>"),
        ("en", "<p>By Reuters Staff</p>"),
        ("en", "<p>(With inputs from ANI)</p>"),
        (
            "en",
            "<p>(Reporting by Jo Doe; Editing by Bo Ray, Reuters)</p>",
        ),
        (
            "en",
            "<div itemprop=author><span itemprop=name>Xinhua</span></div>",
        ),
        ("en", "<div class=article-source>TASS</div>"),
        ("en", "<address>Xinhua</address>"),
        ("en", "<p>Xinhua</p>"),
        ("en", "<p>Source: TASS</p>"),
        ("en", "<p>MOSCOW, May 14 (TASS)</p>"),
        ("ru", "<p>МОСКВА, 14 мая - РИА Новости.</p>"),
        ("ru", "<p>Источник: ТАСС</p>"),
        ("ru", "<p>Автор: Иван Петров, ТАСС</p>"),
        ("de", "<p>Quelle: dpa</p>"),
        ("de", "<p>Von Jo Beispiel, dpa</p>"),
        ("id", "<p>Sumber: Antara</p>"),
        ("tr", "<p>Kaynak: AA</p>"),
        ("ar", "<p>المصدر: وكالات</p>"),
        ("ko", "<p>김민수 기자</p>"),
        ("ko", "<p>[서울=연합뉴스] 김민수 기자</p>"),
        ("ko", "<p>김민수 기자 kim@quay.example</p>"),
        ("zh", "<p>来源：新华社</p>"),
        ("zh", "<p>记者 李明</p>"),
    ] {
        without_words(&led(lang, line), line);
    }
    // As the last words of the article they speak of the text as well.
    let text = "Fog lay over the harbour until noon, and no ferry left the quay before the wind had turned to the west. ".repeat(4);
    for line in [
        "<p>Source: TASS</p>",
        "<p>TASS</p>",
        "<p>© 2024 TASS</p>",
        "<div class=source>Source: TASS</div>",
    ] {
        let document = read(&format!(
            "<title>Ferries in fog</title><main><article><h1>Ferries in fog</h1><p>{text}</p><p>{text}</p><p><img src='/p/a-000001.jpg' width=900 height=600 alt=x></p>{line}</article></main>"
        ));
        without_words(&document, line);
    }
    let line = "<div class=copyright>© 2024 TASS. All rights reserved</div>";
    let document = read(&format!(
        "<title>Ferries in fog</title><main><article><h1>Ferries in fog</h1><p>{text}</p><p>{text}</p><p><img src='/p/a-000001.jpg' width=900 height=600 alt=x></p>{line}</article></main>"
    ));
    without_words(&document, line);
    // Below a figure with words of its own too.
    one(
        &format!(
            "<figure>{PICTURE}<figcaption>{CAPTION}</figcaption></figure><div class=source>Source: TASS</div>"
        ),
        CAPTION,
        None,
    );
}

#[test]
fn a_line_that_says_it_is_a_photos_is_its_credit_wherever_it_stands() {
    for (line, credit) in [
        ("<p>Photo: KCNA</p>", "Photo: KCNA"),
        ("<p>Ana Ruiz/AP</p>", "Ana Ruiz/AP"),
        ("<p>Photo by Ana Ruiz</p>", "Photo by Ana Ruiz"),
        ("<p>Getty Images</p>", "Getty Images"),
        ("<p><small>Source: TASS</small></p>", "Source: TASS"),
        ("<p class=photo-credit>Xinhua</p>", "Xinhua"),
    ] {
        let document = led("en", line);
        assert_eq!(document.appearances.len(), 1, "{line}");
        let read = document.appearances[0].credit.credit_line.as_deref();
        assert_eq!(read, Some(credit), "{line}");
    }
    // A caption that begins as a byline or a note does stays one.
    for caption in [
        "By the north quay, ferries wait for the fog to lift.",
        "Published maps show the harbour as it was.",
        "Von oben sieht der Hafen ruhig aus.",
    ] {
        let document = led("en", &format!("<p><small>{caption}</small></p>"));
        assert_eq!(document.appearances[0].credit.caption, caption);
    }
    // Between two paragraphs of the text, and in the picture's own block, a source is the picture's.
    for markup in [
        format!("<p>{PICTURE}</p><p>Source: Reuters</p>"),
        format!("<figure>{PICTURE}<p>Source: Reuters</p></figure>"),
        format!("<div class=image>{PICTURE}<p>Source: Reuters</p></div>"),
        format!("<p>{PICTURE}<br>Source: Reuters</p>"),
        format!("<figure>{PICTURE}<span class=author>Source: Reuters</span></figure>"),
    ] {
        one(&markup, "", Some("Source: Reuters"));
    }
}

#[test]
fn what_an_articles_data_credits_is_its_text() {
    let picture = "<div><img src='/p/ferry-4711.jpg' alt=x></div>";
    for data in [
        r#"<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ferries in fog", "image": "/p/ferry-4711.jpg", "creditText": "TASS"}</script>"#,
        r#"<script type="application/json">{"article": {"title": "Ferries in fog", "copyright": "© 2024 TASS", "image": {"url": "/p/ferry-4711.jpg"}}}</script>"#,
        r#"<script type="application/json">{"article": {"title": "Ferries in fog", "byline": "By KCNA", "credit": "KCNA", "image": {"url": "/p/ferry-4711.jpg"}}}</script>"#,
    ] {
        without_words(&article(&format!("{picture}{data}")), data);
    }
    // Named after the picture, or in the picture's own object, it is the picture's.
    for data in [
        r#"{"article": {"title": "Ferries in fog", "image_credit": "KCNA", "image": {"url": "/p/ferry-4711.jpg"}}}"#,
        r#"{"article": {"title": "Ferries in fog", "copyright": "© 2024 TASS", "image": {"url": "/p/ferry-4711.jpg", "credit": "KCNA"}}}"#,
        r#"{"media": {"title": "The quay", "credit": "KCNA", "sizes": {"xl": {"url": "/p/ferry-4711.jpg"}}}}"#,
        r#"{"slide": {"title": "The quay", "caption": "The ferry at the north quay.", "credit": "KCNA", "image": {"url": "/p/ferry-4711.jpg"}}}"#,
    ] {
        let document = article(&format!(
            "{picture}<script type='application/json'>{data}</script>"
        ));
        assert_eq!(
            document.appearances[0].credit.credit_line.as_deref(),
            Some("KCNA"),
            "{data}"
        );
    }
}

#[test]
fn captions_and_credits_above_their_pictures() {
    let read = |markup: &str| -> Vec<(String, String)> {
        let document = article(markup);
        let all = document.appearances.into_iter();
        all.map(|a| (a.credit.caption, a.credit.credit_line.unwrap_or_default()))
            .collect()
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    let (a, b) = (
        "<img src='/p/a-000001.jpg' width=900 height=600>",
        "<img src='/p/b-000002.jpg' width=900 height=600>",
    );
    let (old, new) = (
        "<div class=caption>The old pier. Photo: TASS</div>",
        "<div class=caption>The new pier. Photo: AP</div>",
    );
    let both = [
        pair("The old pier.", "Photo: TASS"),
        pair("The new pier.", "Photo: AP"),
    ];
    assert_eq!(read(&format!("{old}{a}{new}{b}")), both);
    assert_eq!(read(&format!("{a}{old}{b}{new}")), both);
    let (old, new) = (
        "<p><em>The old pier. Photo: TASS</em></p>",
        "<p><em>The new pier. Photo: AP</em></p>",
    );
    assert_eq!(read(&format!("{old}<p>{a}</p>{new}<p>{b}</p>")), both);
    assert_eq!(read(&format!("<p>{a}</p>{old}<p>{b}</p>{new}")), both);
    for markup in [
        "<figure>IMG<figcaption>CAP</figcaption></figure><p class='photo-credit'>Photo: Ana Ruiz/AP</p>",
        "<figure>IMG<figcaption>CAP</figcaption></figure><span class='photo-credit'>Photo: Ana Ruiz/AP</span>",
        "<p class='photo-credit'>Photo: Ana Ruiz/AP</p><figure>IMG<figcaption>CAP</figcaption></figure>",
    ] {
        one(
            &markup.replace("IMG", PICTURE).replace("CAP", CAPTION),
            CAPTION,
            Some("Photo: Ana Ruiz/AP"),
        );
    }
    // Under the first of two it is not the second's.
    let found = read(&format!(
        "<figure>{a}<figcaption>One ship.</figcaption></figure><p class='photo-credit'>Photo: AP</p><figure>{b}<figcaption>Two ships.</figcaption></figure>"
    ));
    assert_eq!(
        found,
        [pair("One ship.", "Photo: AP"), pair("Two ships.", "")]
    );
    // The words below a video are not those of the picture after it.
    for video in [
        "<iframe src='https://v.example/1'></iframe>",
        "<div class=player data-id=1></div>",
    ] {
        let found = read(&format!(
            "{video}<div class=caption>The old pier. Video: KCNA</div><figure>{b}</figure>"
        ));
        assert_eq!(found, [pair("", "")], "{video}");
    }
    // One caption below two pictures is both's; in a table each has its cell.
    let found = read(&format!(
        "<div><figure>{a}</figure><figure>{b}</figure></div><p class=caption>The old pier and the new. Photos: AP</p>"
    ));
    assert_eq!(
        found,
        [
            pair("The old pier and the new.", "Photos: AP"),
            pair("The old pier and the new.", "Photos: AP")
        ]
    );
    let found = read(&format!(
        "<table><tr><td>{a}</td><td>{b}</td></tr><tr><td>The old pier on Monday. Photo: TASS</td><td>The new pier on Monday. Photo: AP</td></tr></table>"
    ));
    assert_eq!(
        found,
        [
            pair("The old pier on Monday.", "Photo: TASS"),
            pair("The new pier on Monday.", "Photo: AP")
        ]
    );
}

#[test]
fn a_class_name_does_not_outweigh_a_printed_credit() {
    for class in [
        "has-icon",
        "icon-zoom",
        "video-icon",
        "media-icon",
        "sponsored-post",
        "promo-image",
        "site-header__image",
        "sidebar-photo",
        "author-photo",
        "video-thumb",
        "newsletter-img",
        "share-image",
        "wp-block-video",
    ] {
        one(
            &format!(
                "<figure class='{class}'><img src='/p/ferry-4711.jpg' width=900 height=600><figcaption>{CAPTION} Photo: KCNA</figcaption></figure>"
            ),
            CAPTION,
            Some("Photo: KCNA"),
        );
    }
    // The gallery that most weblogs have.
    one(
        &format!(
            "<div class='gallery'><dl class='gallery-item'><dt class='gallery-icon landscape'><a href='/p/ferry-4711.jpg'><img src='/p/ferry-4711-800x533.jpg' width=800 height=533 alt=''></a></dt><dd class='wp-caption-text gallery-caption'>{CAPTION}</dd></dl></div>"
        ),
        CAPTION,
        None,
    );
    one(
        &format!(
            "<figure class='video'><video poster='/p/ferry-4711.jpg' src='/v/a.mp4'></video><figcaption>{CAPTION} Photo: Reuters</figcaption></figure>"
        ),
        CAPTION,
        Some("Photo: Reuters"),
    );
    // Without one it does.
    for markup in [
        "<div class='author-photo'><img src='/p/b-000001.jpg' alt='Jo'><span class=caption>Jo Doe</span></div>",
        "<span class=icon><img src='/p/b-000001.jpg' alt='mail'></span>",
        "<div class=reporter><img src='/p/b-000001.jpg' width=80 height=80 alt=''><b>Jo Doe</b></div><p class='photo-by'>ⓒ AP</p>",
        "<div class=video-teaser><a href='/v'><img src='/p/b-000001.jpg' width=900 height=600 alt='x'></a><span class=credit>VIDEO</span></div>",
    ] {
        assert!(article(markup).appearances.is_empty(), "{markup}");
    }
}

#[test]
fn the_last_picture_and_those_of_short_texts_count() {
    let long = "Fog lay over the harbour until noon, and no ferry left the quay before the wind had turned to the west. ".repeat(3);
    let picture = |n: u8| format!("<p><img src='/u/{n}.jpg' width=900 height=600 alt=''></p>");
    let line =
        |n: u8| format!("<p>A girl sells oranges beside the road that leads to market {n}.</p>");
    for (body, count) in [
        (format!("<p>{long}</p>{}", picture(1)), 1),
        (format!("<p>{long}</p><p><img src='/u/1.jpg'></p>"), 1),
        (format!("{}{}{}", picture(1), line(1), line(2)), 1),
        (
            format!(
                "{}{}{}{}{}{}",
                picture(1),
                line(1),
                picture(2),
                line(2),
                picture(3),
                line(3)
            ),
            3,
        ),
    ] {
        let document = read(&format!(
            "<title>A day</title><main><article><h1>A day</h1>{body}</article></main>"
        ));
        assert_eq!(document.appearances.len(), count, "{body}");
    }
    // Behind the text, small pictures are portraits and signs.
    for foot in [
        "<div class=c9><img src='/u/mara.jpg' width=150 height=150 alt='Mara Lind'><div><strong>Mara Lind</strong><p>Mara is a reporter.</p></div></div>",
        "<div class=c9><img src='/u/kim.jpg' width=120 height=120 alt='김민수 기자'><p>김민수 기자 kim@q.example</p></div>",
        "<p><img src='/u/dot.jpg' width=40 height=40></p>",
    ] {
        let document = read(&format!(
            "<title>A day</title><main><article><h1>A day</h1><p>{long}</p><p>{long}</p>{foot}</article></main>"
        ));
        assert_eq!(document.appearances.len(), 0, "{foot}");
    }
}

#[test]
fn entries_for_other_articles_of_one_script_are_none() {
    let text = "Fog lay over the harbour until noon, and no ferry left the quay before the wind had turned to the west. ".repeat(3);
    let page = |list: &str| {
        let page = format!(
            "<link rel=canonical href='https://quay.example/view.php?no=1'><title>A day</title><main><article><h1>A day</h1><p>{text}</p><p>{text}</p>{list}</article></main>"
        );
        read(&page).appearances.len()
    };
    let entry = |n: u8| {
        format!(
            "<li><a href='/view.php?no={n}'><img src='/thumb/{n}.jpg' alt='Storm closes coastal road'><span>Storm closes coastal road</span></a></li>"
        )
    };
    for (before, after) in [
        ("<div class=relation><h3>Related articles</h3>", "</div>"),
        ("<h3>관련기사</h3>", ""),
        ("<div><p>Most read</p>", "</div>"),
        ("", ""),
    ] {
        assert_eq!(
            page(&format!(
                "{before}<ul>{}{}</ul>{after}",
                entry(90),
                entry(91)
            )),
            0,
            "{before}"
        );
    }
    // Another picture or page of the same article is none.
    for query in ["no=1&amp;photo=2", "no=1&amp;page=2", "no=1"] {
        let figure = format!(
            "<figure><a href='/view.php?{query}'><img src='/p/a-000001.jpg'></a><figcaption>The quay. Photo: AP</figcaption></figure>"
        );
        assert_eq!(page(&figure), 1, "{query}");
    }
}

#[test]
fn words_for_what_one_can_do_are_no_caption_and_no_credit() {
    for caption in [
        format!(
            "<span>1 of 3</span><span>{CAPTION}</span><span>Ana Ruiz/AP</span><span>Show More</span><span>Show Less</span>"
        ),
        format!("<a href='#'>Enlarge this image</a> {CAPTION} Ana Ruiz/AP"),
        format!("<span>Open this photo in gallery:</span><p>{CAPTION}</p><p>Ana Ruiz/AP</p>"),
        format!("<span>1/12</span> <p>{CAPTION}</p><p>Ana Ruiz/AP</p><span>Close</span>"),
        format!("<p>{CAPTION}</p><p>Ana Ruiz/AP</p><span>크게보기</span>"),
        format!("<button>Save</button><span>Увеличить</span><p>{CAPTION}</p><p>Ana Ruiz/AP</p>"),
        format!("<span>拡大</span><p>{CAPTION}</p><p>Ana Ruiz/AP</p>"),
    ] {
        one(
            &format!("<figure>{PICTURE}<figcaption>{caption}</figcaption></figure>"),
            CAPTION,
            Some("Ana Ruiz/AP"),
        );
    }
    // A label in an element of its own belongs to the name behind it.
    for (markup, credit) in [
        (
            "<div>IMG<span class='visually-hidden'>Image source, </span><span>Getty Images</span></div><figcaption>CAP</figcaption>",
            "Image source, Getty Images",
        ),
        (
            "IMG<b>Foto</b><span>Getty Images</span><figcaption>CAP</figcaption>",
            "Foto Getty Images",
        ),
        (
            "IMG<figcaption>CAP</figcaption><dl><dt>Photo</dt><dd>Getty Images</dd></dl>",
            "Photo Getty Images",
        ),
    ] {
        let figure = markup.replace("IMG", PICTURE).replace("CAP", CAPTION);
        one(&format!("<figure>{figure}</figure>"), CAPTION, Some(credit));
    }
    // Notes in small or slanting letters are none of the picture's.
    for note in [
        "<p><em>We may earn a commission from links on this page.</em></p>",
        "<p><em>This article was updated at 5 pm.</em></p>",
        "<p><small>Published: 14 May 2024, 08:00</small></p>",
        "<p><small>14 May 2024, 08:00</small></p>",
    ] {
        without_words(&led("en", note), note);
    }
}

#[test]
fn galleries_that_a_page_keeps_in_its_data() {
    let slides = |key: &str| {
        let slide = |n: &str| {
            format!(
                "{{\"image\": {{\"url\": \"/g/{n}.jpg\"}}, \"caption\": \"{n} at dawn over the bay.\", \"credit\": \"Reuters\"}}"
            )
        };
        format!(
            "<script type='application/json'>{{\"article\": {{\"headline\": \"Ferries in fog\", \"{key}\": [{},{},{}]}}}}</script>",
            slide("one"),
            slide("two"),
            slide("three")
        )
    };
    // One slide on the page, or none: the others are shown one by one.
    for markup in [
        format!(
            "<div><img src='/g/one.jpg?w=800' alt=''></div>{}",
            slides("items")
        ),
        slides("gallery"),
    ] {
        let document = article(&markup);
        let found: Vec<_> = document
            .appearances
            .iter()
            .map(|a| (a.credit.caption.as_str(), a.credit.credit_line.as_deref()))
            .collect();
        assert_eq!(
            found,
            [
                "one at dawn over the bay.",
                "two at dawn over the bay.",
                "three at dawn over the bay."
            ]
            .map(|c| (c, Some("Reuters"))),
            "{markup}"
        );
    }
    let list = r#"<script type="application/ld+json">{"@type": "ImageGallery", "associatedMedia": [{"@type": "ImageObject", "contentUrl": "/g/one.jpg", "caption": "One.", "creditText": "AP"}, {"@type": "ImageObject", "contentUrl": "/g/two.jpg", "caption": "Two.", "creditText": "AP"}]}</script>"#;
    assert_eq!(article(list).appearances.len(), 2);
    let list = r#"<div data-images='[{"src": "/g/one.jpg", "caption": "One.", "credit": "AP"}, {"src": "/g/two.jpg", "caption": "Two.", "credit": "AP"}]'><img src='/g/one.jpg' alt=x></div>"#;
    assert_eq!(article(list).appearances.len(), 2);
    // Other articles with a picture each are no gallery, nor are the renditions of one picture.
    for data in [
        r#"{"photos": [{"headline": "A", "image": {"url": "/g/one.jpg", "caption": "One.", "credit": "AP"}}, {"headline": "B", "image": {"url": "/g/two.jpg", "caption": "Two.", "credit": "AP"}}]}"#,
        r#"{"images": [{"url": "/g/one.jpg", "caption": "One ship.", "credit": "AP"}, {"url": "/g/one-800x600.jpg", "caption": "One ship", "credit": "AP"}]}"#,
    ] {
        let page = format!(
            "<figure>{PICTURE}<figcaption>{CAPTION}</figcaption></figure><script type='application/json'>{data}</script>"
        );
        assert_eq!(article(&page).appearances.len(), 1, "{data}");
    }
}

#[test]
fn state_in_the_forms_of_more_systems() {
    let by = r#"{"promo_items":{"basic":{"type":"image","url":"https://cdn.example/quay/ferry-4711.jpg","caption":"CAP","credits":{"by":[{"type":"author","name":"Ana Ruiz"}],"affiliation":[{"name":"AP"}]}}}}"#.replace("CAP", CAPTION);
    for (state, credit) in [
        (format!("<script>window.Fusion=window.Fusion||{{}};Fusion.globalContent={by};Fusion.lastModified=17;</script>"), "Ana Ruiz / AP"),
        (format!("<script type='application/json'>{}</script>", by.replace("\"affiliation\":[{\"name\":\"AP\"}]", "\"affiliation\":[]")), "Ana Ruiz"),
        (r#"<script type="application/json">{"status": 200, "body": "{\"i\": {\"url\": \"/p/ferry-4711.jpg\", \"caption\": \"CAP\", \"credit\": \"AP\"}}"}</script>"#.replace("CAP", CAPTION), "AP"),
        (format!("<script type='application/json'>{{\"i\": {{\"type\": \"image\", \"url\": \"/p/ferry-4711.jpg\", \"caption\": \"{CAPTION}\", \"source\": {{\"title\": \"AP\"}}}}}}</script>"), "AP"),
    ] {
        one(&format!("<div><img src='/p/ferry-4711.jpg?w=800' alt=x></div>{state}"), CAPTION, Some(credit));
    }
    // The folder names the picture, the file its size.
    one(
        &format!(
            "<div><img src='/77/1200x.jpg' alt=x></div><script>window.__S__={{\"Image:77\": {{\"__typename\": \"Image\", \"url\": \"/77/original.jpg\", \"caption\": \"{CAPTION}\", \"credit\": \"AP\"}}}};</script>"
        ),
        CAPTION,
        Some("AP"),
    );
}

#[test]
fn what_only_stands_beside_an_article_is_no_picture_of_it() {
    let document = article(
        "<amp-ad width=300 height=250><img src='/ads/amp.jpg' width=300 height=250></amp-ad>
         <div class=sns><a href='#'><img src='/img/ico_f.png' alt=f></a></div>
         <p><img src='/u/qr-wechat.png' width=200 height=200 alt='QR code'></p>
         <div class=map><img src='https://maps.example/api/staticmap?center=1,2' width=600 height=400></div>
         <div class=c9><img src='/u/promo.jpg' width=600 height=400 alt='Morning briefing'><h3>Sign up for our briefing</h3><form><input type=email><button>Sign up</button></form></div>
         <div class=c8><img src='/u/lamp.jpg' width=300 height=300 alt=Lamp><h4>Lamp</h4><span>$49.00</span><a href='https://shop.example/x' rel=sponsored>Buy</a></div>
         <div class=bio><img src='/u/jo.jpg' width=300 height=300 alt=Jo></div>
         <img class=print-only src='/u/print.png' width=600 height=100 style='display:none'>
         <blockquote class=twitter-tweet><p>Hi</p><img src='/u/tweet.jpg' width=600></blockquote>
         <div class=fb-post><img src='/u/fb.jpg' width=500 height=500><p>City Council</p></div>",
    );
    let found = addresses(&document);
    assert!(found.is_empty(), "{found:?}");
    // One picture cut for two kinds of screens is one.
    let document = article(
        "<div class='desktop-only'><img src='/u/pier-16x9.jpg' width=1600 height=900></div><div class='mobile-only'><img src='/u/pier-4x3.jpg' width=800 height=600></div>",
    );
    assert_eq!(document.appearances.len(), 1);
}

#[test]
fn pictures_in_unusual_elements() {
    one(
        &format!(
            "<news-image><template shadowrootmode=open><figure>{PICTURE}<figcaption>{CAPTION} Photo: AP</figcaption></figure></template></news-image>"
        ),
        CAPTION,
        Some("Photo: AP"),
    );
    one(
        &format!(
            "<figure><div data-src='/p/{{width}}/ferry.jpg' data-width=640></div><figcaption>{CAPTION} Photo: AP</figcaption></figure>"
        ),
        CAPTION,
        Some("Photo: AP"),
    );
    one(
        &format!(
            "<figure itemscope><img itemprop=contentUrl src='/p/ferry-4711.jpg'><meta itemprop=creditText content=AP><meta itemprop=caption content='{CAPTION}'></figure>"
        ),
        CAPTION,
        Some("AP"),
    );
    one(
        &format!(
            "<table><tr><td><img src='/u/a.jpg' width=300 height=200></td></tr><tr><td><font size=1>{CAPTION}</font></td></tr></table>"
        ),
        CAPTION,
        None,
    );
    one(
        "<div class=s1><div class=s2><button><img src='/a.jpg' alt='採決に臨む市議ら'></button></div><p class=s3>採決に臨む市議ら＝14日午後、市役所（共同）</p></div>",
        "採決に臨む市議ら＝14日午後、市役所",
        Some("共同"),
    );
    // A weblog's own marks that were left in the text.
    one(
        &format!(
            "[caption id=\"a\" width=\"800\"]<img src='/p/ferry-4711.jpg' alt=x> {CAPTION} Photo: AP[/caption]"
        ),
        CAPTION,
        Some("Photo: AP"),
    );
    // A figure below more wrappers than are kept is one still.
    let text = "Fog lay over the harbour until noon, and no ferry left the quay before the wind had turned to the west. ".repeat(3);
    let deep = read(&format!(
        "{}<article><h1>Ferries in fog</h1><p>{text}</p><figure>{PICTURE}<figcaption>{CAPTION} Photo: AP</figcaption></figure><p>{text}</p></article>",
        "<div>".repeat(600)
    ));
    assert_eq!(
        deep.appearances[0].credit.credit_line.as_deref(),
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
