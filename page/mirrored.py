"""A reply as the mirror takes it: short, and on a scale that never moves."""

from dataclasses import asdict

from explainer.strength import share_of_full
from models.labels import Label
from page.reply import Json, as_answer_json, as_map, as_target
from page.service import Reply
from page.words import spoken

NEXT = 3  # answers, the first among them


def as_frame(reply: Reply) -> Json:
    """The reply of `/api/mirror` for the one layer that was asked about.

    `strength` is 0..1 on the layer's fixed scale, and None where no scale was measured for the model; `outside` is
    None where nobody can say. `said` is a label in the language of the request.
    """
    explanation = reply.explanation
    (layer,) = explanation.layers
    top = [_told(as_answer_json(answer)) for answer in explanation.top[:NEXT]]
    drawn = as_map(layer)
    del drawn["maximum"]
    return {
        **top[0],
        "top": top,
        "target": _told(as_target(explanation)),
        "outside": explanation.outside if explanation.outlook else None,
        "strength": share_of_full(explanation.classifier.spec, explanation.method, layer.name, layer.maximum),
        "seen": asdict(explanation.seen),
        "layer": drawn,
    }


def _told(answer: Json) -> Json:
    label = answer["label"]
    return {**answer, "said": label.told(spoken()) if isinstance(label, Label) else label}
