"""
Use cases of the points service.
"""

from __future__ import annotations

from whistle_points.handlers.attending import award_time
from whistle_points.handlers.booking import Ask, award, deduct, rehearse, reverse_once
from whistle_points.handlers.cards import hand_out_card, holder_of
from whistle_points.handlers.cases import award_helpers, take_back
from whistle_points.handlers.claiming import Saying, member_of, put_member, review, submit
from whistle_points.handlers.exchanging import (
    Wish,
    cancel,
    follow_lapses,
    move_stock,
    order,
    pick_up,
    put_reward,
)
from whistle_points.handlers.flagging import find_flag, judge, watch
from whistle_points.handlers.gathering import (
    check_in,
    check_in_by_ticket,
    confirm,
    everyone,
    find_activity,
    join,
    leave,
    plan,
    ticket_for,
    unproven,
)
from whistle_points.handlers.gridding import (
    enter_scores,
    entries_of,
    evaluate_grids,
    find_evaluation,
    scores_and_missing,
)
from whistle_points.handlers.holding import Order, give_up, hold, settle, sweep_holds, sweep_lots
from whistle_points.handlers.periods import days_of
from whistle_points.handlers.planning import plan_ahead
from whistle_points.handlers.publishing import Ruling, appeal, decide, finish, publication_due, publish
from whistle_points.handlers.recording import record, withdraw_record
from whistle_points.handlers.reporting import Freezing, find_report, freeze, list_due
from whistle_points.handlers.scoring import hear_of, score_deeds
from whistle_points.handlers.skills import put_skill, who_can
from whistle_points.handlers.stating import all_statements, statements
from whistle_points.handlers.sweeping import sweep

__all__ = [
    "Ask",
    "Freezing",
    "Order",
    "Ruling",
    "Saying",
    "Wish",
    "all_statements",
    "appeal",
    "award",
    "award_helpers",
    "award_time",
    "cancel",
    "check_in",
    "check_in_by_ticket",
    "confirm",
    "days_of",
    "decide",
    "deduct",
    "enter_scores",
    "entries_of",
    "evaluate_grids",
    "everyone",
    "find_activity",
    "find_evaluation",
    "find_flag",
    "find_report",
    "finish",
    "follow_lapses",
    "freeze",
    "give_up",
    "hand_out_card",
    "hear_of",
    "hold",
    "holder_of",
    "join",
    "judge",
    "leave",
    "list_due",
    "member_of",
    "move_stock",
    "order",
    "pick_up",
    "plan",
    "plan_ahead",
    "publication_due",
    "publish",
    "put_member",
    "put_reward",
    "put_skill",
    "record",
    "rehearse",
    "reverse_once",
    "review",
    "score_deeds",
    "scores_and_missing",
    "settle",
    "statements",
    "submit",
    "sweep",
    "sweep_holds",
    "sweep_lots",
    "take_back",
    "ticket_for",
    "unproven",
    "watch",
    "who_can",
    "withdraw_record",
]
