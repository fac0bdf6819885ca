"""Small drawn pictures that stand in for customers' and brands' photos; made when asked for, kept in no file."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import lru_cache
from random import Random

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT, SCALE = 640, 480, 2

#: name → what it shows, as an alternative text.
SAMPLES: dict[str, str] = {
    "bank": "Een groene bank",
    "tafel": "Een eettafel met stoelen",
    "lamp": "Een ronde hanglamp",
    "winkel": "Een winkelpui",
    "kleed": "Een vloerkleed",
    "trein": "Een groene trein op een viaduct",
    "kras": "Een kras in een houten blad",
    "schroeven": "Een handvol schroeven",
    "poortje": "Een incheckpaal met een rood licht",
    "stoel": "Een fauteuil",
    "vlek": "Een wijnvlek op een bank",
    "tafelpoot": "Een gebroken tafelpoot",
    "olifant": "Een knuffelolifant",
}

WINE = ("#7a2136", "#862a40", "#8f3349")
Pen = ImageDraw.ImageDraw
Box = tuple[float, float, float, float]


@lru_cache(maxsize=32)
def draw(name: str) -> bytes:
    """The picture as JPEG; raises KeyError for a name that is not in SAMPLES."""
    paint = _PAINTERS[name]
    image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), "#e9e2d6")
    pen = _Scaled(ImageDraw.Draw(image))
    paint(pen, Random(name))
    small = image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    shade = Image.radial_gradient("L").resize((WIDTH, HEIGHT)).point(lambda level: int(level * 0.28))
    small = Image.composite(Image.new("RGB", small.size, "#1d1710"), small, shade)
    grain = Image.effect_noise((WIDTH, HEIGHT), 14).filter(ImageFilter.GaussianBlur(0.6)).convert("RGB")
    out = io.BytesIO()
    Image.blend(small, grain, 0.05).save(out, "JPEG", quality=82)
    return out.getvalue()


class _Scaled:
    """Draws in picture coordinates on the larger canvas that is shrunk afterwards, for smooth edges."""

    def __init__(self, pen: Pen) -> None:
        self.pen = pen

    def box(self, box: Box, fill: str, radius: float = 0) -> None:
        self.pen.rounded_rectangle([side * SCALE for side in box], radius * SCALE, fill)

    def oval(self, box: Box, fill: str) -> None:
        self.pen.ellipse([side * SCALE for side in box], fill)

    def line(self, points: Sequence[tuple[float, float]], fill: str, width: float) -> None:
        self.pen.line([(x * SCALE, y * SCALE) for x, y in points], fill, int(width * SCALE), "curve")

    def shape(self, points: Sequence[tuple[float, float]], fill: str) -> None:
        self.pen.polygon([(x * SCALE, y * SCALE) for x, y in points], fill)


def _room(pen: _Scaled, wall: str, floor: str) -> None:
    pen.box((0, 0, WIDTH, 340), wall)
    pen.box((0, 340, WIDTH, HEIGHT), floor)
    pen.box((0, 334, WIDTH, 341), "#f6f1e8")


def _sofa(pen: _Scaled, colour: str, dark: str) -> None:
    pen.oval((80, 395, 570, 435), "#8d7a63")
    for x in (120, 500):
        pen.box((x, 385, x + 14, 418), "#5b4230")
    pen.box((110, 195, 530, 350), dark, 34)
    for x in (126, 258, 390):
        pen.box((x, 210, x + 124, 320), colour, 22)
    for x in (120, 322):
        pen.box((x, 295, x + 198, 362), colour, 18)
    pen.box((82, 262, 140, 392), dark, 26)
    pen.box((500, 262, 558, 392), dark, 26)
    pen.box((110, 352, 530, 394), dark, 12)


def _bank(pen: _Scaled, chance: Random) -> None:
    _room(pen, "#e8dfcf", "#c9a67c")
    pen.box((400, 50, 520, 150), "#f8f4ec")
    pen.shape([(412, 140), (452, 84), (480, 118), (498, 100), (510, 140)], "#8fa58a")
    _sofa(pen, "#6f8a6a", "#5c7558")
    pen.box((150, 236, 224, 304), "#d8a657", 16)


def _vlek(pen: _Scaled, chance: Random) -> None:
    pen.box((0, 0, WIDTH, HEIGHT), "#cfc4b0")
    for y in range(0, HEIGHT, 7):
        pen.line([(0, y), (WIDTH, y + 4)], "#c6baa5", 1.5)
    pen.line([(0, 120), (WIDTH, 96)], "#a99d88", 6)
    for _ in range(26):
        left, top, size = chance.gauss(330, 62), chance.gauss(290, 42), chance.uniform(18, 74)
        pen.oval((left - size, top - size * 0.7, left + size, top + size * 0.7), chance.choice(WINE))
    pen.oval((90, 330, 128, 356), "#8f3349")
    pen.oval((530, 190, 552, 206), "#8f3349")


def _tafel(pen: _Scaled, chance: Random) -> None:
    _room(pen, "#dfe3dc", "#b98f63")
    for x in (130, 300, 470):
        pen.box((x, 190, x + 58, 300), "#3f4a44", 12)
        pen.box((x + 6, 300, x + 12, 400), "#2e3632")
        pen.box((x + 46, 300, x + 52, 400), "#2e3632")
    pen.shape([(70, 258), (570, 258), (620, 296), (20, 296)], "#c9985f")
    pen.box((20, 296, 620, 314), "#a97a45")
    for x in (60, 560):
        pen.box((x, 314, x + 22, 440), "#8f6436")
    pen.oval((290, 226, 350, 268), "#f4efe6")
    for x, y in ((300, 190), (320, 170), (338, 192)):
        pen.line([(320, 240), (x, y)], "#5d7a4f", 4)
        pen.oval((x - 9, y - 9, x + 9, y + 9), "#d97b66")


def _lamp(pen: _Scaled, chance: Random) -> None:
    pen.box((0, 0, WIDTH, HEIGHT), "#3a3f4c")
    for step in range(12):
        size = 250 - step * 12
        tone = f"#{58 + step * 9:02x}{60 + step * 7:02x}{72 + step * 3:02x}"
        pen.oval((320 - size, 240 - size, 320 + size, 240 + size), tone)
    pen.line([(320, 0), (320, 150)], "#1f2229", 4)
    pen.oval((222, 142, 418, 338), "#fbe7b8")
    pen.oval((238, 158, 402, 322), "#fff3d3")
    for y in range(166, 320, 17):
        pen.line([(244, y), (320, y + 6), (396, y)], "#ecd49c", 1.5)


def _winkel(pen: _Scaled, chance: Random) -> None:
    pen.box((0, 0, WIDTH, 400), "#b0664e")
    for y in range(0, 400, 18):
        pen.line([(0, y), (WIDTH, y)], "#9d5843", 1.5)
    pen.box((0, 400, WIDTH, HEIGHT), "#8c8a86")
    pen.box((70, 130, 570, 400), "#22423e", 4)
    pen.box((92, 190, 300, 384), "#f2d9a2")
    pen.box((430, 190, 548, 384), "#f2d9a2")
    pen.box((322, 190, 408, 400), "#2f5c56")
    pen.oval((388, 292, 398, 302), "#e7c66b")
    for x in range(70, 570, 50):
        pen.shape([(x, 130), (x + 50, 130), (x + 46, 178), (x + 4, 178)], "#f6f1e6" if x % 100 == 70 else "#c9563f")
    pen.box((130, 300, 260, 372), "#6f8a6a", 16)
    pen.oval((460, 230, 512, 282), "#fff6dd")
    pen.line([(486, 190), (486, 232)], "#54473a", 3)


def _kleed(pen: _Scaled, chance: Random) -> None:
    pen.box((0, 0, WIDTH, HEIGHT), "#a97f55")
    for x in range(0, WIDTH, 64):
        pen.line([(x, 0), (x + 10, HEIGHT)], "#96703f", 2)
    pen.shape([(110, 90), (540, 70), (590, 410), (60, 420)], "#d5cdbf")
    for step in range(1, 9):
        y = 86 + step * 37
        pen.line([(104 - step * 5, y), (546 + step * 5, y - 10)], chance.choice(["#b9ac98", "#c2b6a4", "#a89a86"]), 5)
    for x in range(70, 590, 12):
        pen.line([(x, 418), (x - 2, 438)], "#efe8dc", 2)


def _trein(pen: _Scaled, chance: Random) -> None:
    pen.box((0, 0, WIDTH, 330), "#b9d3df")
    for x, y in ((110, 80), (420, 60), (540, 120)):
        pen.oval((x, y, x + 120, y + 36), "#eef4f5")
    pen.box((0, 300, WIDTH, HEIGHT), "#7f9a63")
    pen.box((0, 322, WIDTH, 352), "#9b958a")
    for x in (70, 290, 510):
        pen.box((x, 352, x + 46, HEIGHT), "#8a847a")
    pen.shape([(30, 318), (62, 206), (640, 206), (640, 318)], "#3d9183")
    pen.box((40, 286, 640, 318), "#f1e6cf")
    pen.shape([(58, 262), (74, 222), (124, 222), (124, 262)], "#26303f")
    for x in range(150, 640, 78):
        pen.box((x, 224, x + 58, 262), "#26303f", 6)
    for x in range(90, 640, 90):
        pen.oval((x, 308, x + 28, 334), "#32302d")


def _kras(pen: _Scaled, chance: Random) -> None:
    pen.box((0, 0, WIDTH, HEIGHT), "#a8733f")
    for y in range(0, HEIGHT, 11):
        points = [(x, y + chance.uniform(-3, 3)) for x in range(0, WIDTH + 80, 80)]
        pen.line(points, chance.choice(["#9a6735", "#b37d48", "#8f5e2f"]), chance.uniform(1, 4))
    pen.line([(150, 140), (260, 196), (330, 250), (470, 306)], "#ead3ae", 5)
    pen.line([(152, 146), (262, 202), (332, 256), (468, 310)], "#5f3d1c", 2)
    pen.line([(300, 270), (420, 318)], "#dcc299", 2.5)


def _schroeven(pen: _Scaled, chance: Random) -> None:
    pen.box((0, 0, WIDTH, HEIGHT), "#d9b48c")
    pen.oval((90, 60, 560, 440), "#e6b795")
    for _ in range(9):
        x, y, lean = chance.uniform(170, 460), chance.uniform(130, 360), chance.uniform(-40, 40)
        pen.line([(x, y), (x + 70, y + lean)], "#7c7f85", 9)
        pen.line([(x, y), (x + 70, y + lean)], "#a9adb4", 4)
        pen.oval((x - 13, y - 13, x + 13, y + 13), "#8b8f96")
        pen.line([(x - 7, y), (x + 7, y)], "#4e5157", 3)


def _poortje(pen: _Scaled, chance: Random) -> None:
    pen.box((0, 0, WIDTH, 330), "#9fb0bb")
    pen.box((0, 330, WIDTH, HEIGHT), "#77736c")
    pen.box((0, 318, WIDTH, 332), "#e8e3d6")
    pen.box((250, 90, 390, 440), "#3d9183", 22)
    pen.box((272, 118, 368, 232), "#1e2732", 10)
    pen.oval((298, 148, 342, 192), "#d8382c")
    pen.box((284, 204, 356, 214), "#d8382c")
    pen.oval((284, 262, 356, 334), "#f1e6cf")
    pen.oval((302, 280, 338, 316), "#24564e")


def _stoel(pen: _Scaled, chance: Random) -> None:
    _room(pen, "#d9d3c9", "#9d7a57")
    pen.oval((170, 405, 480, 440), "#7b5f43")
    for x in (214, 416):
        pen.line([(x, 360), (x - 8 if x < 300 else x + 8, 424)], "#4c3524", 11)
    pen.box((206, 110, 434, 330), "#b5653f", 46)
    pen.box((226, 270, 414, 346), "#c8764e", 20)
    pen.box((176, 230, 232, 372), "#a35835", 26)
    pen.box((408, 230, 464, 372), "#a35835", 26)
    pen.box((206, 338, 434, 374), "#a35835", 12)


def _tafelpoot(pen: _Scaled, chance: Random) -> None:
    _room(pen, "#e4ddd0", "#b5895c")
    pen.box((0, 60, WIDTH, 120), "#9a6c3c")
    pen.box((0, 40, WIDTH, 66), "#bd8a54")
    pen.shape([(270, 120), (350, 120), (338, 240), (318, 226), (304, 250), (282, 232)], "#8b5f33")
    pen.shape([(286, 262), (306, 276), (320, 252), (342, 268), (392, 424), (344, 436)], "#8b5f33")
    for x in (292, 312, 330):
        pen.line([(x, 236), (x + 5, 262)], "#e6c795", 3)


def _olifant(pen: _Scaled, chance: Random) -> None:
    pen.box((0, 0, WIDTH, HEIGHT), "#5b7396")
    for x in range(0, WIDTH, 40):
        pen.line([(x, 0), (x, HEIGHT)], "#536a8b", 8)
    pen.oval((190, 210, 450, 440), "#a9b0ba")
    pen.oval((120, 90, 270, 260), "#979faa")
    pen.oval((370, 90, 520, 260), "#979faa")
    pen.oval((148, 118, 248, 236), "#e3b7b3")
    pen.oval((392, 118, 492, 236), "#e3b7b3")
    pen.oval((222, 90, 418, 280), "#b4bbc4")
    pen.line([(320, 210), (318, 280), (330, 330), (362, 344)], "#a2aab4", 34)
    for x in (268, 354):
        pen.oval((x, 158, x + 22, 182), "#22262c")
        pen.oval((x + 5, 162, x + 11, 168), "#ffffff")
    pen.box((278, 396, 306, 404), "#8a6d3b", 3)


_PAINTERS: dict[str, Callable[[_Scaled, Random], None]] = {
    "bank": _bank,
    "tafel": _tafel,
    "lamp": _lamp,
    "winkel": _winkel,
    "kleed": _kleed,
    "trein": _trein,
    "kras": _kras,
    "schroeven": _schroeven,
    "poortje": _poortje,
    "stoel": _stoel,
    "vlek": _vlek,
    "tafelpoot": _tafelpoot,
    "olifant": _olifant,
}
