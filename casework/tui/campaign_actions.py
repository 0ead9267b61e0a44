"""What can be done with campaigns: a part of the registry (`casework.tui.actions`)."""

from __future__ import annotations

from casework.domain.phrase import N_
from casework.tui.action import Action

CAMPAIGN_ACTIONS = (
    Action("campaign.open", "enter", "campaigns", N_("Open"), N_("The board: buckets, forecast, who is left"), 5),
    Action(
        "campaign.start", "a", "campaigns", N_("Start one"), N_("Start a campaign of the catalog"), 10, everywhere=True
    ),
    Action(
        "campaign.next_bucket", "tab,right", "campaign", N_("Next group"), N_("Those who stand in the next bucket"), 6
    ),
    Action(
        "campaign.previous_bucket",
        "left",
        "campaign",
        N_("Group before"),
        N_("Those who stand in the bucket before"),
    ),
    Action(
        "campaign.chart", "i", "campaign", N_("Forecast"), N_("The burn-up chart, and what would change its end"), 8
    ),
    Action("campaign.exempt", "x", "campaign", N_("Exempt"), N_("Leave this one out of the campaign, in words"), 12),
    Action(
        "campaign.admit",
        "y",
        "campaign",
        N_("Take in"),
        N_("Take in again one that was exempt or has refused, or one that the rule leaves out"),
        16,
    ),
    Action("campaign.refuse", "t", "campaign", N_("Refuses"), N_("This one refuses the campaign's work: note why"), 14),
    Action(
        "campaign.recheck", "l", "campaign", N_("Second look"), N_("What a second look at what was done has shown"), 18
    ),
    Action("campaign.count", "plus,equals_sign", "campaign", N_("Count on"), N_("A step of the counter, in words"), 7),
    Action(
        "campaign.buildings",
        "b",
        "campaign",
        N_("Buildings"),
        N_("How each building stands; the stairwell by bucket"),
        20,
    ),
    Action("campaign.grids", "w", "campaign", N_("All grids"), N_("Only the grid in use, or all grids"), 22),
    Action("campaign.change", "e", "campaign", N_("Change"), N_("Another goal, deadline, lead, funder: say why"), 24),
    Action(
        "campaign.close", "o", "campaign", N_("Sign off"), N_("Sign the campaign off, with a list of what is open"), 26
    ),
    Action(
        "campaign.export",
        "f8",
        "campaign",
        N_("Spreadsheet"),
        N_("Write the list to a spreadsheet; names are masked"),
        28,
    ),
    Action("forecast.worker", "w", "forecast", N_("One more worker"), N_("What one more worker would change"), 10),
    Action("forecast.evening", "e", "forecast", N_("Evenings"), N_("What call-backs in the evening would change"), 12),
    Action("forecast.saturday", "s", "forecast", N_("Saturdays"), N_("What working on Saturdays would change"), 14),
)
"""In the list of campaigns, on the board of one, at its forecast."""
