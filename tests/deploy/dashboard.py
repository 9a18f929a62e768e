"""Reads a dashboard with Grafana's own types, and looks for what Grafana would show as an empty panel."""

import json
import sys

from grafana_foundation_sdk.models.dashboard import Dashboard

with open(sys.argv[1], encoding="utf-8") as file:
    text = json.load(file)
dashboard = Dashboard.from_json(text)
panels = [panel for panel in dashboard.panels or [] if panel.type_val != "row"]
assert dashboard.uid and dashboard.title, "no uid or no title"
assert len(panels) >= 3, f"{len(panels)} panels: is the dashboard wrapped?"
ids = [panel["id"] for panel in text["panels"]]
assert len(ids) == len(set(ids)), "two panels have one id"
titles = {panel.title for panel in panels}
assert {"Request Rate", "Response Time", "Memory Usage"} <= titles, titles
for panel in panels:
    assert panel.type_val in ("timeseries", "stat"), f"{panel.title}: {panel.type_val}"
    assert panel.targets, f"{panel.title} asks nothing"
    assert panel.datasource and panel.datasource.uid == "codegraph-prometheus", panel.title
    at = panel.grid_pos
    assert at and at.w > 0 and at.h > 0 and at.x + at.w <= 24, f"{panel.title} has no place"
cells = [
    (panel.title, x, y)
    for panel in panels
    for x in range(panel.grid_pos.x, panel.grid_pos.x + panel.grid_pos.w)
    for y in range(panel.grid_pos.y, panel.grid_pos.y + panel.grid_pos.h)
]
assert len(cells) == len({(x, y) for _, x, y in cells}), "panels lie over each other"
print(f"{len(panels)} panels")
