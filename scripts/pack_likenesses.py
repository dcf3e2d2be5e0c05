"""Find the signs that are mixed up, and pack them into `shangliang/places/data`.

    python scripts/pack_likenesses.py FONT FONT…

`sounds.txt.xz`: a line for each syllable, without its tone, and the everyday signs (GB 2312, and those in names of
the divisions) that are read so, by their two most common readings as pypinyin has them.

`lookalikes.txt.xz`: a line for each sign that stands in a name of the divisions: the sign, then the ones most like it.
For this every sign is drawn with each of the fonts (Noto Sans CJK and Noto Serif CJK), blurred, and compared with
all others, in whole and by the half that is most alike (坡 and 波).

`shangliang.places.typos` reads both. Needs numpy, Pillow and pypinyin.
"""

from __future__ import annotations

import lzma
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from pypinyin.pinyin_dict import pinyin_dict

SIZE = 32
SIMPLIFIED = 2  # the place of the simplified face in a collection of fonts
KEPT = 16
READINGS = 2  # hardly anybody knows the others
HALF = 0.6  # how much the half that is most alike counts, beside the whole
# What the eye mixes up though the pictures differ.
BY_EYE = """民氏 八人入 日曰目 田由甲申 己已巳 戊戌戍 明朋胡 百白自 苑宛范 花化 兴头 夫无天 王玉主三丰 井开并 令今 仓仑 园圆团
候侯 洒酒晒 丘兵 斤斥 母毋 爪瓜 治冶 幸辛 茶荼 卯印 享亨 拔拨 平乎 析折拆 密蜜 竞竟 崇祟 屯电 土士 未末 干千于 大太犬
刀力 鸟乌 西酉 买卖 雨两 贝见 今令 采彩 风凤 毛手 义叉 万方 五丑 上土 工土 水永 木本术禾 牛午 羊半 山出 古右石 红江 合台 后石
"""
DATA = Path(__file__).resolve().parent.parent / "src" / "shangliang" / "places" / "data"


def everyday() -> list[str]:
    """The signs of GB 2312, the most common 3,755 first."""
    pairs = (bytes([lead, trail]) for lead in range(0xB0, 0xF8) for trail in range(0xA1, 0xFF))
    return [sign for pair in pairs if (sign := pair.decode("gb2312", "ignore"))]


def named() -> set[str]:
    """The signs in the names of all divisions."""
    return {
        sign
        for path in DATA.glob("*.txt.xz")
        if path.name.startswith(("districts", "communities"))
        for sign in lzma.decompress(path.read_bytes()).decode("utf-16-le")
    }


def drawn(signs: list[str], font_path: str) -> np.ndarray:
    """Each sign as a picture of grey values."""
    font = ImageFont.truetype(font_path, 2 * SIZE, index=SIMPLIFIED)
    pictures = []
    for sign in signs:
        image = Image.new("L", (2 * SIZE + 8, 2 * SIZE + 24))
        ImageDraw.Draw(image).text((4, 0), sign, fill=255, font=font)
        image = image.crop((4, 16, 2 * SIZE + 4, 2 * SIZE + 20)).filter(ImageFilter.GaussianBlur(2))
        pictures.append(np.asarray(image.resize((SIZE, SIZE), Image.Resampling.BILINEAR), dtype=np.float32))
    return np.array(pictures)


def likeness(pictures: np.ndarray) -> np.ndarray:
    """How much each picture is like each other one."""
    grey = pictures.reshape(len(pictures), -1)
    grey = grey - grey.mean(axis=1, keepdims=True)
    grey /= np.linalg.norm(grey, axis=1, keepdims=True) + 1e-6
    return grey @ grey.T


def compared(pictures: np.ndarray) -> np.ndarray:
    """How much each sign is like each other one, counting the most alike half."""
    right, left, lower, upper = pictures[:, :, 12:], pictures[:, :, :18], pictures[:, 12:], pictures[:, :18]
    halves = np.maximum.reduce([likeness(half) for half in (right, left, lower, upper)])
    return (1 - HALF) * likeness(pictures) + HALF * halves


def pack(name: str, lines: list[str]) -> None:
    packed = lzma.compress("\n".join(lines).encode("utf-16-le"), preset=9 | lzma.PRESET_EXTREME)
    (DATA / f"{name}.txt.xz").write_bytes(packed)
    print(f"{name}: {len(lines)} lines, {len(packed)} bytes")


def sounds(signs: list[str]) -> list[str]:
    """Each syllable without its tone, and the signs read so."""
    read: dict[str, list[str]] = defaultdict(list)
    for sign in signs:
        for sound in pinyin_dict.get(ord(sign), "").split(",")[:READINGS]:
            parts = unicodedata.normalize("NFD", sound)
            read["".join(part for part in parts if part.isalpha() or part == "\N{COMBINING DIAERESIS}")].append(sign)
    return [f"{sound} {''.join(dict.fromkeys(read[sound]))}" for sound in sorted(read) if sound]


def main(fonts: list[str]) -> None:
    pack("sounds", sounds(list(dict.fromkeys([*everyday(), *sorted(named())]))))
    pack("lookalikes", lookalikes(fonts))


def lookalikes(fonts: list[str]) -> list[str]:
    """Each sign with those most like it."""
    signs = everyday()[:3755]
    meant = sorted(named() & set(everyday()))
    signs += [sign for sign in meant if sign not in set(signs)]
    alike = sum(compared(drawn(signs, font)) for font in fonts)
    at = {sign: number for number, sign in enumerate(signs)}
    lines = []
    for sign in meant:
        closest = [other for other in np.argsort(-alike[at[sign]]) if other != at[sign]][:KEPT]
        seen = [other for group in BY_EYE.split() if sign in group for other in group if other != sign]
        drawn_alike = [signs[other] for other in closest if signs[other] not in seen]
        lines.append(sign + "".join([*seen, *drawn_alike][:KEPT]))
    return lines


if __name__ == "__main__":
    main(sys.argv[1:])
