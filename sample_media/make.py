#!/usr/bin/env python3
"""Make the pictures of sample_media/ anew from the packages they come from.

usage: make.py PACKAGES [OUT]

PACKAGES holds the unpacked Debian package lomiri-wallpapers-16.04 and -20.04 and the unpacked wheels of
scikit-image, scikit-learn and matplotlib, in any folders: pictures are found by name.  OUT is this folder.
Pages, articles and README are written by hand and left alone.  Needs Pillow, exiftool and the DejaVu fonts.
What is true and what is made up, file by file, is in README.md.
"""
import math
import pathlib
import random
import shutil
import subprocess
import sys

from PIL import Image, ImageDraw, ImageFont, ImageOps

# name, original, widest side, caption, creator, credit line, licence, more exiftool arguments, containers
CC = 'https://creativecommons.org/licenses/'
BY4, BYSA4, BYSA3, BY2 = 'CC BY 4.0', 'CC BY-SA 4.0', 'CC BY-SA 3.0', 'CC BY 2.0'
URL = {BY4: CC + 'by/4.0/', BYSA4: CC + 'by-sa/4.0/', BYSA3: CC + 'by-sa/3.0/', BY2: CC + 'by/2.0/',
       'CC0': 'https://creativecommons.org/publicdomain/zero/1.0/', 'Public domain': ''}
AITZOL, FREESPACE, NERLICH = 'Aitzol Berasategi', 'Trevor "Freespace"', 'Peter Nerlich'
XDF = ('NASA, ESA, G. Illingworth, D. Magee, and P. Oesch (University of California, Santa Cruz), '
       'R. Bouwens (Leiden University), and the HUDF09 Team')
PHOTOS = [
    ('collins-portrait.jpg', 'astronaut.png', 512,
     'NASA astronaut Eileen Collins, who first piloted a space shuttle on mission STS-63.',
     None, 'National Aeronautics and Space Administration', 'Public domain',
     ['-IPTC:Credit=National Aeronautics and Space A', '-Source=NASA', '-Headline=Astronaut Eileen Collins'], 'iim xmp'),
    ('hubble-xdf.jpg', 'hubble_deep_field.jpg', 720,
     'The Hubble eXtreme Deep Field, about 5,500 galaxies in the constellation Fornax, released September 25, 2012.',
     None, XDF, 'Public domain', ['-XMP-photoshop:Source=NASA'], 'xmp'),
    ('hopper-portrait.jpg', 'grace_hopper.jpg', 600,
     'Commodore Grace M. Hopper, U.S. Naval Reserve, in an official portrait taken January 20, 1984. '
     'U.S. Navy photo by James S. Davis', 'James S. Davis', 'U.S. Navy', 'Public domain',
     ['-IPTC:DateCreated=1984:01:20', '-XMP-photoshop:DateCreated=1984-01-20'], 'exif iim xmp'),
    ('falcon9-dscovr.jpg', 'rocket.jpg', 640,
     'A SpaceX Falcon 9 rocket with the DSCOVR satellite at Launch Complex 40, Cape Canaveral, Florida, February 2015.',
     'SpaceX', 'SpaceX', 'Public domain', ['-IPTC:City=Cape Canaveral', '-IPTC:Country-PrimaryLocationName=United States'], 'iim'),
    ('aitzgorri.jpg', 'aitzgorri_by_Aitzol_Berasategi.jpg', 1000,
     'Woods in autumn colours and a meadow below the rocks of Aitzgorri.', AITZOL, AITZOL, BY4, [], 'exif iim xmp'),
    ('picos-de-europa.jpg', 'picosdeeuropa_by_Aitzol_Berasategi.jpg', 960,
     'A footpath climbs towards snow fields in the Picos de Europa, Spain.', AITZOL, AITZOL, BY4,
     ['-IPTC:Caption-Abstract=A path in the Picos de Europa mountains.', '-Country=Spain', '-IPTC:Country-PrimaryLocationName=Spain'],
     'iim xmp'),
    ('sunset.jpg', 'sunset_by_Aitzol_Berasategi.jpg', 1000,
     'The sun stands low over hills, seen from a summit with a stone table.', AITZOL, None, BY4, [], 'exif'),
    ('two-dogs.jpg', 'friends_by_Aitzol_Berasategi.jpg', 900,
     'Two dogs look out of the window of a wooden house.', AITZOL, AITZOL, BY4, [], 'photo.jpg.xmp'),
    ('stream.jpg', 'life_by_Aitzol_Berasategi.jpg', 900,
     'A stream runs over rocks through a wood.', AITZOL, AITZOL, BY4,
     ['-XMP-dc:Description-es=Un arroyo corre entre rocas por un bosque.'], 'photo.xmp'),
    ('bridge.jpg', 'Bridge_by_Sander_Klootwijk.jpg', 1000,
     'Steel cables of a bridge cross above wide water.', 'Sander Klootwijk', 'Sander Klootwijk', BYSA4,
     [], 'xmp'),
    ('nuthatch.jpg', 'Kleiber_by_Lukas_Baubkus.jpg', 1000,
     'Ein Kleiber läuft kopfüber an der Rinde eines Baumes hinab.',
     'Lukas Baubkus', 'Lukas Baubkus', BYSA3, [], 'exif latin1'),
    ('dandelions.jpg', 'seeding_by_Clements_Engelhardt.jpg', 960,
     'Dandelion clocks in a meadow – the sun behind them.', 'Clemens Engelhardt', 'Clemens Engelhardt', 'CC0', [], 'iim xmp'),
    ('paintbrushes.jpg', 'Picture_1A_by_freespace.jpg', 900,
     'Paintbrushes with bristles in bright colours.', FREESPACE, FREESPACE, BY4, [], 'xmp'),
    ('fig.jpg', 'Picture_0B_by_freespace.jpg', 960, 'Half a fig in a red bowl.', FREESPACE, FREESPACE, BY4, [], 'exif iim'),
    ('wall-clock.jpg', 'greentock_by_Peter_Nerlich.jpg', 900, 'The face of a wall clock, lit from the side.',
     NERLICH, NERLICH, BYSA4, [], 'exif xmp'),
    ('pavilion.jpg', 'china.jpg', 640, 'A pavilion with many roofs above a lake in China.',
     'danielbuechele', 'danielbuechele', BY2, [], 'xmp'),
    ('dahlia.jpg', 'flower.jpg', 640, 'An orange dahlia in full flower, with dark leaves behind it.', 'vultilion', 'vultilion', BY2,
     ['-EXIF:DateTimeOriginal=2011:08:15 18:24:59', '-XMP-photoshop:DateCreated=2011-08-15T18:24:59'], 'exif xmp'),
    ('coffee.png', 'coffee.png', 600, 'A cup of coffee on a red saucer at Pikolo Espresso Bar.',
     'Rachel Michetti', 'Pikolo Espresso Bar', 'CC0', [], 'xmp'),
    ('cat.png', 'chelsea.png', 451, 'Chelsea, a cat.', 'Stefan van der Walt', 'Stefan van der Walt', 'CC0', [], 'xmp'),
    ('photographer.jpg', 'camera.png', 512, 'A man at a camera on a tripod.', 'Lav Varshney', 'Lav Varshney', 'CC0', [], 'iim xmp'),
]

FLAGS = ("FILE PHOTO: State flags of Russia and North Korea fly in a street near a monument to Soviet state founder Vladimir "
         "Lenin during the visit of North Korea's leader Kim Jong Un to Vladivostok, Russia April 25, 2019. "
         "REUTERS/Yuri Maltsev/File Photo")
MEETING = ("Russia's President Vladimir Putin and North Korea's leader Kim Jong Un meet at the Vostochny cosmodrome in the Amur "
           "region in Russia's Far East, September 13, 2023, in this image released by North Korea's Korean Central News Agency. "
           "KCNA via REUTERS")
PLAIN = "Vladimir Putin and Kim Jong Un meet at the Vostochny cosmodrome in the Amur region, Russia, September 13, 2023."
TOLD = '-XMP-xmpRights:UsageTerms=A drawing made for the samples of cutline, not a photograph, not made or sent by any agency.'


def exiftool(*args):
    subprocess.run(['exiftool', '-q', '-q', '-m', '-overwrite_original', '-charset', 'utf8', *map(str, args)], check=True)


def fields(caption, creator, credit, notice, carriers):
    """exiftool arguments that write the same four values into each container asked for."""
    rows = {'exif': [('EXIF:Artist', creator), ('EXIF:ImageDescription', caption), ('EXIF:Copyright', notice)],
            'iim': [('IPTC:By-line', creator), ('IPTC:Caption-Abstract', caption), ('IPTC:Credit', credit), ('IPTC:CopyrightNotice', notice)],
            'xmp': [('XMP-dc:Creator', creator), ('XMP-dc:Description', caption), ('XMP-photoshop:Credit', credit), ('XMP-dc:Rights', notice)]}
    marker = ['-IPTC:CodedCharacterSet=UTF8'] if 'iim' in carriers else []
    return marker + [f'-{tag}={value}' for name in carriers for tag, value in rows[name] if value]


def wire(out, find):
    """The real photographs with true metadata."""
    for name, original, side, caption, creator, credit, licence, more, how in PHOTOS:
        image = ImageOps.exif_transpose(Image.open(find[original]))
        image.thumbnail((side, side), Image.LANCZOS)
        target = out / name
        if target.suffix == '.png':
            image.convert('RGB').save(target, optimize=True)
        else:
            image.convert('L' if image.mode == 'L' else 'RGB').save(target, quality=80, optimize=True, progressive=True)
        by = f' {creator},' if creator else ''
        notice = 'Public domain' if licence == 'Public domain' else f'{by} {licence} {URL[licence]}'.strip().lstrip(',').strip()
        if how.startswith('photo'):
            sidecar = target.with_suffix('.xmp') if how == 'photo.xmp' else out / (name + '.xmp')
            sidecar.unlink(missing_ok=True)
            exiftool(*fields(caption, creator, credit, notice, ['xmp']), *more, sidecar)
        elif 'latin1' in how:  # as old wire software wrote it: no character-set marker
            iim = [a for a in fields(caption, creator, credit, notice, ['iim']) if 'CodedCharacterSet' not in a]
            exiftool('-charset', 'iptc=Latin', *iim, *fields('Kleiber', creator, credit, notice, ['exif']), *more, target)
        else:
            exiftool(*fields(caption, creator, credit, notice, how.split()), *more, target)


def copies(out, photos):
    """The same pictures as a picture desk finds them: copied, cut, stripped, re-captioned."""
    def jpeg(source, name, change=lambda i: i, quality=80):
        change(Image.open(photos / source)).save(out / name, quality=quality)
    def small(side):
        return lambda i: ImageOps.contain(i, (side, side), Image.LANCZOS)
    shutil.copyfile(photos / 'aitzgorri.jpg', out / 'aitzgorri (1).jpg')
    shutil.copyfile(photos / 'picos-de-europa.jpg', out / 'picos-recaptioned.jpg')
    exiftool('-all=', *fields('Una senda sube hacia los neveros de los Picos de Europa.', AITZOL, AITZOL, f'{AITZOL}, {BY4}', ['iim', 'xmp']),
             out / 'picos-recaptioned.jpg')
    shutil.copyfile(photos / 'fig.jpg', out / 'fig-stripped.jpg')
    exiftool('-all=', out / 'fig-stripped.jpg')
    Image.open(photos / 'coffee.png').save(out / 'coffee-lossless.webp', lossless=True)
    Image.open(photos / 'cat.png').save(out / 'cat-lossless.tif', compression='tiff_adobe_deflate')
    exiftool(*fields('Chelsea, a cat, looks past the camera.', 'Stefan van der Walt', 'Stefan van der Walt', 'CC0', ['exif', 'iim', 'xmp']),
             out / 'cat-lossless.tif')
    jpeg('sunset.jpg', 'sunset-resized.jpg', small(560))
    jpeg('stream.jpg', 'stream-recompressed.jpg', quality=40)
    jpeg('bridge.jpg', 'bridge-cropped.jpg', lambda i: i.crop((round(i.width * .01), round(i.height * .01), round(i.width * .99), round(i.height * .99))))
    jpeg('nuthatch.jpg', 'nuthatch-grey.jpg', lambda i: ImageOps.contain(i.convert('L'), (700, 700)))
    jpeg('pavilion.jpg', 'pavilion-turned.jpg', lambda i: i.transpose(Image.ROTATE_90))
    exiftool('-n', '-EXIF:Orientation=6', out / 'pavilion-turned.jpg')
    small(320)(Image.open(photos / 'wall-clock.jpg')).quantize(64).save(out / 'wall-clock.gif')
    # An invented photographer of an invented agency claims a CC0 picture.
    jpeg('coffee.png', 'coffee-northlight.jpg', small(560), 85)
    exiftool(*fields('A cup of coffee on a saucer. Tom Halloran/Northlight Press', 'Tom Halloran', 'Northlight Press', None, ['iim', 'xmp']),
             out / 'coffee-northlight.jpg')


def banner(image, lines, top):
    """Say in the picture itself that it is none."""
    draw = ImageDraw.Draw(image)
    font = '/usr/share/fonts/truetype/dejavu/DejaVuSans%s.ttf'
    draw.rectangle((0, top, image.width, top + 118), fill=(250, 248, 240))
    draw.text((image.width / 2, top + 36), 'STAND-IN, not a photograph', (150, 20, 20), ImageFont.truetype(font % '-Bold', 46), 'mm')
    for k, line in enumerate(lines):
        draw.text((image.width / 2, top + 78 + 24 * k), line, (40, 40, 40), ImageFont.truetype(font % '', 19), 'mm')


def ground(width, height, above, below, horizon, seed):
    """Sky and ground with some texture, so that the drawing has something to compare."""
    image, dice = Image.new('RGB', (width, height)), random.Random(seed)
    draw = ImageDraw.Draw(image)
    for y in range(height):
        base, part = (above, y / horizon) if y < horizon else (below, (y - horizon) / (height - horizon))
        draw.line((0, y, width, y), tuple(int(c * (1 - .35 * part)) for c in base))
    for _ in range(220):
        x, y, r = dice.randrange(width), dice.randrange(height), dice.randrange(8, 46)
        c = image.getpixel((x, y))
        shift = dice.randrange(-16, 17)
        draw.ellipse((x - 2 * r, y - r / 2, x + 2 * r, y + r / 2), tuple(max(0, min(255, v + shift)) for v in c))
    return image


def draw_flags():
    image = ground(1000, 667, (178, 205, 235), (120, 124, 120), 470, 1)
    draw = ImageDraw.Draw(image)
    for x, top, width, height in [(60, 190, 90, 280), (165, 250, 70, 220), (760, 160, 110, 310), (880, 230, 100, 240)]:
        draw.rectangle((x, top, x + width, top + height), (148, 138, 128))
        for row in range(top + 16, top + height - 20, 34):
            for col in range(x + 12, x + width - 14, 24):
                draw.rectangle((col, row, col + 12, row + 18), (88, 96, 108))
    draw.rectangle((610, 380, 680, 470), (105, 98, 92))
    draw.polygon([(625, 380), (632, 270), (658, 270), (665, 380)], (62, 58, 56))
    draw.ellipse((630, 232, 660, 270), (62, 58, 56))
    draw.line((655, 290, 712, 250), (62, 58, 56), 14)
    for x, bands in [(270, [(245, 245, 245), (30, 60, 160), (205, 35, 40)]), (450, None)]:
        draw.line((x, 90, x, 520), (70, 70, 75), 8)
        if bands:
            for k, colour in enumerate(bands):
                draw.rectangle((x + 4, 100 + 32 * k, x + 144, 132 + 32 * k), colour)
        else:
            draw.rectangle((x + 4, 100, x + 144, 196), (30, 70, 160))
            draw.rectangle((x + 4, 114, x + 144, 182), (245, 245, 245))
            draw.rectangle((x + 4, 118, x + 144, 178), (205, 35, 40))
            draw.ellipse((x + 30, 126, x + 74, 170), (245, 245, 245))
            star = [(x + 52 + r * math.sin(math.pi * k / 5), 148 - r * math.cos(math.pi * k / 5)) for k, r in enumerate([20, 8] * 5)]
            draw.polygon(star, (205, 35, 40))
    banner(image, ['for: flags of Russia and North Korea, Vladivostok, 25 April 2019. Drawn for cutline.'], 548)
    return image


def draw_meeting():
    image = ground(1000, 667, (212, 206, 196), (150, 146, 130), 520, 2)
    draw = ImageDraw.Draw(image)
    draw.polygon([(690, 520), (716, 130), (744, 80), (772, 130), (798, 520)], (228, 228, 232))
    draw.rectangle((716, 210, 772, 236), (60, 80, 120))
    for y in range(170, 520, 44):
        draw.line((830, y, 930, y + 44), (96, 96, 100), 7)
        draw.line((930, y, 830, y + 44), (96, 96, 100), 7)
    draw.line((830, 150, 830, 520), (80, 80, 84), 10)
    draw.line((930, 150, 930, 520), (80, 80, 84), 10)
    for x, suit, hand in [(210, (34, 36, 48), 1), (440, (52, 50, 50), -1)]:
        draw.ellipse((x - 42, 190, x + 42, 286), (222, 190, 165))
        draw.pieslice((x - 44, 182, x + 44, 270), 180, 360, (50, 44, 40))
        draw.polygon([(x - 84, 540), (x - 76, 320), (x - 30, 290), (x + 30, 290), (x + 76, 320), (x + 84, 540)], suit)
        draw.polygon([(x - 12, 292), (x + 12, 292), (x, 350)], (240, 240, 240))
        draw.line((x + hand * 66, 336, x + hand * 114, 430), suit, 34)
    draw.ellipse((306, 412, 344, 444), (222, 190, 165))
    draw.rectangle((0, 118, 1000, 119), (190, 185, 175))
    banner(image, ['for: two leaders meet at the Vostochny cosmodrome, 13 September 2023. Drawn for cutline.'], 0)
    return image


def standins(out):
    """Two drawings for the two captions of the seed article, with metadata as a wire service would send it."""
    flags, meeting = out / 'flags-vladivostok.jpg', out / 'meeting-vostochny.jpg'
    draw_flags().save(flags, quality=80)
    exiftool(*fields(FLAGS, 'Yuri Maltsev', 'REUTERS', None, ['iim', 'xmp']), '-IPTC:Source=X90184', '-XMP-photoshop:Source=X90184',
             '-Headline=FILE PHOTO: Visit to Vladivostok', '-IPTC:DateCreated=2019:04:25', '-XMP-photoshop:DateCreated=2019-04-25',
             '-City=Vladivostok', '-Country=Russia', '-IPTC:City=VLADIVOSTOK', '-IPTC:Country-PrimaryLocationName=Russia', TOLD, flags)
    draw_meeting().save(meeting, quality=80)
    place = ['-IPTC:DateCreated=2023:09:13', '-XMP-photoshop:DateCreated=2023-09-13', '-IPTC:Country-PrimaryLocationName=Russia', '-Country=Russia']
    for copy in ('meeting-recaptioned.jpg', 'meeting-desk.jpg'):
        shutil.copyfile(meeting, out / copy)
    exiftool(*fields(MEETING, 'KCNA', 'via REUTERS', None, ['iim', 'xmp']), '-IPTC:Source=KCNA', '-XMP-photoshop:Source=KCNA', *place, TOLD,
             '-Instructions=Image provided by a third party. No resales, no archives.',
             '-IPTC:SpecialInstructions=Image provided by a third party. No resales, no archives.', meeting)
    exiftool(*fields(PLAIN, None, 'Reuters', None, ['iim', 'xmp']), *place, TOLD, out / 'meeting-recaptioned.jpg')
    Image.open(meeting).resize((760, 507), Image.LANCZOS).save(out / 'meeting-desk.jpg', quality=75)
    exiftool(*fields(PLAIN, None, 'Reuters', None, ['xmp']), TOLD,
             '-XMP-photoshop:Instructions=Handout photo from KCNA. No archives, no resales.', out / 'meeting-desk.jpg')


IPTC_TYPE = 'http://cv.iptc.org/newscodes/digitalsourcetype/'
UNVERIFIED = ('THIS IMAGE HAS BEEN SUPPLIED BY A THIRD PARTY. REUTERS IS UNABLE TO INDEPENDENTLY VERIFY THE AUTHENTICITY, CONTENT, '
              'LOCATION OR DATE OF THIS IMAGE. NO RESALES. NO ARCHIVES.')


def coast(out):
    """Four drawings, as files that an outlet was sent, each with a field that its page does not keep to."""
    out.mkdir(parents=True, exist_ok=True)
    drawn = {}
    for seed, name, sky, sea in [(11, 'lighthouse', (150, 180, 215), (60, 90, 120)), (12, 'sunken-city', (210, 190, 170), (40, 110, 110)),
                                 (13, 'two-mayors', (200, 200, 190), (120, 110, 90)), (14, 'quay', (120, 130, 150), (90, 80, 70))]:
        image, dice = ground(900, 600, sky, sea, 300 + 20 * (seed % 3), seed), random.Random(seed * 7)
        draw = ImageDraw.Draw(image)
        for _ in range(26):
            x, y, w, h = dice.randrange(860), dice.randrange(140, 540), dice.randrange(20, 120), dice.randrange(20, 160)
            shape = dice.choice([draw.rectangle, draw.ellipse])
            shape((x, y, min(x + w, 899), min(y + h, 599)), tuple(dice.randrange(30, 230) for _ in range(3)))
        draw.text((880, 585), 'STAND-IN, not a photograph', (150, 20, 20), ImageFont.truetype('/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf', 16), 'rs')
        drawn[name] = out / (name + '.jpg')
        image.save(drawn[name], quality=78)
    exiftool(*fields('Waves break over the lighthouse mole, April 25, 2019. Handout via REUTERS', None, 'Handout via REUTERS', None, ['iim', 'xmp']),
             '-IPTC:DateCreated=2019:04:25', '-XMP-photoshop:DateCreated=2019-04-25', '-XMP-photoshop:Instructions=' + UNVERIFIED,
             '-IPTC:SpecialInstructions=' + UNVERIFIED[:250], TOLD, drawn['lighthouse'])
    exiftool(*fields('A city under water.', None, 'Northlight Press', None, ['xmp']),
             '-XMP-iptcExt:DigitalSourceType=' + IPTC_TYPE + 'trainedAlgorithmicMedia', TOLD, drawn['sunken-city'])
    exiftool(*fields('The mayors of both towns.', None, 'Northlight Press', None, ['xmp']),
             '-XMP-iptcExt:DigitalSourceType=' + IPTC_TYPE + 'compositeCapture', TOLD, drawn['two-mayors'])
    exiftool(*fields('Boats at the quay.', None, 'Kyodo via AP', None, ['xmp']),
             '-XMP-iptcExt:DigitalSourceType=' + IPTC_TYPE + 'compositeWithTrainedAlgorithmicMedia', TOLD, drawn['quay'])


# What a browser saved beside each page: page, picture, widest side, keep the metadata
SAVED = [
    ('ledger-space-pictures_files', 'collins-portrait.jpg', 400, False), ('ledger-space-pictures_files', 'hubble-xdf.jpg', 480, False),
    ('ledger-space-pictures_files', 'falcon9-dscovr.jpg', 480, False), ('ledger-amazing-grace_files', 'hopper-portrait.jpg', 480, False),
    ('ledger-mountain-paths_files', 'aitzgorri.jpg', 640, False), ('ledger-mountain-paths_files', 'picos-de-europa.jpg', 640, False),
    ('ledger-dahlia-season_files', 'dahlia.jpg', 560, True), ('ledger-cafe-opens_files', 'coffee.png', 480, False),
    ('ledger-two-cups_files', 'coffee.png', 520, False), ('ledger-two-cups_files', 'dandelions.jpg', 600, False),
    ('courier-meadows_files', 'dandelions.jpg', 560, False), ('courier-meadows_files', 'two-dogs.jpg', 560, False),
    ('kabar-kilas-balik_files', 'hubble-xdf.jpg', 440, False),
    ('kuestenpost-garten-Dateien', 'dahlia.jpg', 520, False), ('kuestenpost-garten-Dateien', 'nuthatch.jpg', 600, False),
    ('sada-fada_files', 'collins-portrait.jpg', 360, False), ('sada-fada_files', 'pavilion.jpg', 520, False),
    ('ledger-leaders-meet_files', 'meeting-desk.jpg', 760, True), ('courier-summit_files', 'meeting-vostochny.jpg', 620, False),
    ('kabar-korut-rusia_files', 'meeting-vostochny.jpg', 640, False), ('kabar-korut-rusia_files', 'flags-vladivostok.jpg', 640, False),
    ('kabar-kilas-balik_files', 'meeting-vostochny.jpg', 600, False), ('kuestenpost-gipfel-Dateien', 'meeting-vostochny.jpg', 580, False),
]


def saved(out, *sources):
    for folder, name, side, keep in SAVED:
        (out / folder).mkdir(parents=True, exist_ok=True)
        source = next(s / name for s in sources if (s / name).exists())
        target = out / folder / (pathlib.Path(name).stem + '.jpg')
        ImageOps.contain(Image.open(source).convert('RGB'), (side, side), Image.LANCZOS).save(target, quality=74, optimize=True)
        if keep:
            exiftool('-TagsFromFile', source, '-all:all', target)
    # the same picture in a second size on one page, as srcset serves it
    folder = out / 'ledger-mountain-paths_files'
    ImageOps.contain(Image.open(folder / 'aitzgorri.jpg'), (320, 320), Image.LANCZOS).save(folder / 'aitzgorri-320w.jpg', quality=70)


def litter(out):
    """What systems leave beside photos, and a video: no photos, and no problems either."""
    (out / 'Thumbs.db').write_bytes(bytes.fromhex('d0cf11e0a1b11ae1') + bytes(504))
    (out / '._aitzgorri.jpg').write_bytes(bytes.fromhex('0005160700020000') + b'Mac OS X        ' + bytes(8))
    (out / 'interview.mov').write_bytes(bytes.fromhex('00000014') + b'ftypqt  ' + bytes(4) + b'qt  ' + bytes.fromhex('00000008') + b'wide')


def main():
    packages = pathlib.Path(sys.argv[1])
    out = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else __file__).resolve()
    out = out.parent if out.is_file() else out
    wanted = {p[1] for p in PHOTOS}
    find = {p.name: p for p in sorted(packages.rglob('*')) if p.name in wanted and p.is_file()}
    for folder in ('photos', 'copies', 'standins', 'pages'):
        (out / folder).mkdir(parents=True, exist_ok=True)
    wire(out / 'photos', find)
    copies(out / 'copies', out / 'photos')
    standins(out / 'standins')
    litter(out / 'photos')
    saved(out / 'pages', out / 'photos', out / 'standins')
    coast(out / 'pages' / 'courier-coast_files')


main()
