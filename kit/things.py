"""Every room's declaration of what may happen: the facts a journal folds. Loaded with the first one."""

from __future__ import annotations

import kit.directory.advisers.facts
import kit.directory.equipment.facts
import kit.directory.facts
import kit.directory.halls.facts
import kit.feedback.facts
import kit.feedback.letters.facts
import kit.feedback.polls.facts
import kit.library.facts
import kit.people.chosen_facts
import kit.people.facts
import kit.sync.facts
import kit.workshops.door_facts
import kit.workshops.facts
import kit.workshops.proposals.facts
import kit.workshops.reports.facts
import kit.workshops.vouchers.facts
from kit.journal import Thing, anchors

THINGS: tuple[Thing, ...] = (
    *anchors.THINGS,
    *kit.people.facts.THINGS,
    *kit.people.chosen_facts.THINGS,
    *kit.directory.facts.THINGS,
    *kit.directory.advisers.facts.THINGS,
    *kit.directory.halls.facts.THINGS,
    *kit.directory.equipment.facts.THINGS,
    *kit.library.facts.THINGS,
    *kit.workshops.facts.THINGS,
    *kit.workshops.door_facts.THINGS,
    *kit.workshops.proposals.facts.THINGS,
    *kit.workshops.reports.facts.THINGS,
    *kit.workshops.vouchers.facts.THINGS,
    *kit.feedback.facts.THINGS,
    *kit.feedback.letters.facts.THINGS,
    *kit.feedback.polls.facts.THINGS,
    *kit.sync.facts.THINGS,
)
