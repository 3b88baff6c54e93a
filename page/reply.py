"""A reply in the forms that programs and the page's own components take."""

import base64
from dataclasses import asdict
from io import BytesIO
from typing import Any

import numpy as np
import orjson
from PIL import Image

from explainer.explain import Answer, Explanation, LayerMap
from explainer.methods import titles
from explainer.outside.outside import NEAREST
from explainer.two_kinds import two_kinds
from page.confidence import heard, percent, sureness
from page.pictures.picture import Picture, base_jpeg
from page.service import Reply
from page.words import Words

Json = dict[str, Any]


def as_json(reply: Reply, decode_milliseconds: float) -> Json:
    """The reply of `/explain`, as docs/api.md describes it: grids row by row, 0..1, confidences 0..1."""
    explanation = reply.explanation
    spec = explanation.classifier.spec
    return {
        "model": spec.name,
        "method": explanation.method,
        "label": explanation.answer.label,
        "index": explanation.answer.index,
        "confidence": explanation.answer.confidence,
        "top": [as_answer_json(answer) for answer in explanation.top],
        "target": as_target(explanation),
        "seen": asdict(explanation.seen),
        "layers": [{"title": reply.titles[layer.name], **as_map(layer)} for layer in explanation.layers],
        "default_layer": spec.default_layer,
        "outside": as_outlook(reply),
        "notes": [*([reply.outside] if reply.outside else []), *reply.notes],
        "milliseconds": {"decode": round(decode_milliseconds, 1), "explain": round(reply.milliseconds, 1)},
    }


def as_piece(said: Json) -> orjson.Fragment:
    """An answer as the JSON that it will be sent as: Gradio walks twice through every number of one that is not."""
    return orjson.Fragment(orjson.dumps(said))


def as_outlook(reply: Reply) -> Json | None:
    """Whether the picture counts as outside the model's world; None where nobody can say.

    It does when its score, the oddness of `explainer.outside.outside`, is above the bound.
    """
    outlook = reply.explanation.outlook
    if outlook is None:
        return None
    return {
        "called": outlook.outside,
        "score": outlook.oddness,
        "bound": outlook.limit,
        "nearest": list(outlook.nearest),
    }


def rates(reply: Reply) -> Json | None:
    """The figures in the sentence that says where the bound comes from and how often it is wrong; None without one.

    `own` is 1 for a host's own network, whose bound was tried on other kinds of pictures than the bundled models'.
    """
    outlook, measured = reply.explanation.outlook, reply.measured
    if outlook is None or measured is None:
        return None
    return {
        "score": round(outlook.oddness, 1),
        "limit": round(outlook.limit, 1),
        "count": measured.bound.count,
        "tried": measured.photographs.count,
        "alarms": measured.photographs.called,
        "all": sum(rate.count for rate in measured.outside),
        "caught": sum(rate.called for rate in measured.outside),
        "own": int(bool(reply.explanation.classifier.spec.measures.bound)),
    }


def as_map(layer: LayerMap) -> Json:
    """One layer's map for programs and scripts: the grid row by row, 0..1, and its unscaled maximum."""
    height, width = layer.grid.shape
    return {
        "name": layer.name,
        "width": width,
        "height": height,
        "grid": layer.grid.astype(np.float64).round(5).ravel().tolist(),
        "maximum": layer.maximum,
    }


def as_side(explanation: Explanation) -> Json:
    """One side of a comparison: the first answer, how sure of it and of the target, 0..1, and the one map."""
    (layer,) = explanation.layers
    return {
        "answer": explanation.answer.label,
        "confidence": explanation.answer.confidence,
        "share": explanation.target_confidence,
        "map": as_map(layer),
    }


def as_answered(explanation: Explanation) -> Json:
    """The same with the first answer in full, as `page.titles` translates it."""
    (layer,) = explanation.layers
    answer = explanation.answer
    return {
        "share": explanation.target_confidence,
        "answer": {"index": answer.index, "label": answer.label, "confidence": answer.confidence},
        "map": as_map(layer),
    }


def as_view(reply: Reply, picture: Picture, words: Words, drawn: str | None = None) -> Json:
    """What the viewer draws: the shown picture as a `data:` address and every layer's grid as bytes in base64.

    `label` and `answer` are those of the visitor's language, `word` is the model's own.

    Where the picture is the one of the name `drawn`, which the viewer has already, its `base` is None.
    """
    explanation = reply.explanation
    spec = explanation.classifier.spec
    seen = explanation.seen
    # The weight of one side against the other is no percentage that could stand alone; outside none means much.
    without = explanation.target.against or explanation.outside
    return {
        "picture": picture.name,
        "base": None if drawn == picture.name else as_address(picture),
        "seen": [seen.x, seen.y, seen.width, seen.height],
        "layers": [_layer(layer, reply.titles[layer.name]) for layer in explanation.layers],
        "default_layer": spec.default_layer,
        "index": explanation.target.index,
        "label": words.label(explanation.target.label),
        "answer": words.label(explanation.answer.label),
        "word": str(explanation.target.label),
        "percent": "" if without else percent(explanation.target_confidence, words),
        "outside": explanation.outside,
        "rates": rates(reply),
        "method": titles()[explanation.method],
        "model": spec.title,
    }


def as_address(picture: Picture, longest: int = 1280) -> str:
    """A picture as a `data:` address of a JPEG, its longer side at most `longest`."""
    return "data:image/jpeg;base64," + base64.b64encode(base_jpeg(picture, longest)).decode()


def as_png(picture: Image.Image) -> str:
    """A picture as a `data:` address of a PNG, pixel by pixel as it is."""
    file = BytesIO()
    picture.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def as_answer(reply: Reply, words: Words) -> Json:
    """What the answer's block writes: the first answer, the next four, and what the map is for when it is another.

    Labels are those of the visitor's language; `own_word` says what the asked one is to the model. `outside` holds the
    sentences for a picture outside the model's world, None for any other; `kinds` names the two
    kinds of things that the answers are of, with what to ask about, None where they are of one kind.
    """
    explanation = reply.explanation
    asked = explanation.target.index != explanation.answer.index
    return {
        "sure": words(f"answer.{_sureness(explanation)}"),
        "top": [_choice(answer, words) for answer in explanation.top],
        "asked": _asked(explanation, words) if asked else "",
        "index": explanation.target.index,
        "outside": _outside(reply, words) if explanation.outside else None,
        "kinds": _kinds(explanation, words),
        "own_word": _own_word(explanation.target.label, words),
    }


def _kinds(explanation: Explanation, words: Words) -> list[Json] | None:
    kinds = two_kinds(explanation.top, explanation.classifier.labels)
    return [{"label": words.label(kind.label), "asked": kind.asked} for kind in kinds] if kinds else None


def _choice(answer: Answer, words: Words) -> Json:
    """An answer as visitors read it."""
    told = words.label(answer.label)
    shares = {"percent": percent(answer.confidence, words), "heard": heard(answer.confidence, words)}
    return {**as_answer_json(answer), "label": told, **shares}


def _own_word(label: str, words: Words) -> str:
    """What a label is to the model, where visitors read another word; nothing where both are the same."""
    told = words.label(label)
    same = told.casefold() == label.casefold()
    return "" if same else words("answer.own_word", label=told, word=str(label))


def _sureness(explanation: Explanation) -> str:
    return sureness(explanation.answer.confidence, len(explanation.classifier.labels))


def _outside(reply: Reply, words: Words) -> Json:
    classes = words.number(len(reply.explanation.classifier.labels))
    return {"headline": reply.outside, "lead": words("outside.lead", classes=classes), "nearest": NEAREST}


def _asked(explanation: Explanation, words: Words) -> str:
    label = explanation.target.label
    # The confidence of a contrast weighs two sides, which a lone percentage would hide; outside none means much.
    if explanation.target.against or explanation.outside:
        return words("answer.asked_contrast", label=label)
    return words("answer.asked", label=label, percent=percent(explanation.target_confidence, words))


def as_answer_json(answer: Answer) -> Json:
    """One of the model's answers, its confidence 0..1."""
    return {"index": answer.index, "label": answer.label, "confidence": answer.confidence}


def as_target(explanation: Explanation) -> Json:
    """What was asked about, and the model's confidence in it, 0..1."""
    target = explanation.target
    classes: Json = {} if target.index is not None else {"indices": list(target.indices)}
    if target.against:
        classes["against"] = list(target.against)
    return {
        "index": target.index,
        **classes,
        "label": target.label,
        "confidence": explanation.target_confidence,
    }


def _layer(layer: LayerMap, title: str) -> Json:
    height, width = layer.grid.shape
    values = np.rint(layer.grid * 65535).astype("<u2").tobytes()
    return {
        "name": layer.name,
        "title": title,
        "width": width,
        "height": height,
        "grid": base64.b64encode(values).decode(),
        "maximum": layer.maximum,
    }
