"""How Home and its pages look; one sheet, so that it is read once."""

from __future__ import annotations

from typing import Final

CSS: Final = """
HomeScreen, ListPage, RolesScreen, PersonForm { layout: vertical; background: $background; overflow: hidden; }
#home-head, .page-head { height: 1; padding: 0 1; background: $panel; }
#home-name, .page-title { width: 1fr; height: 1; text-style: bold; text-wrap: nowrap;
    text-overflow: ellipsis; }
#home-who, .page-who { width: auto; height: 1; color: $accent; }
#home-question, .page-question { height: 1; padding: 0 1; text-style: bold; color: $primary; }
#home-middle { height: 1fr; padding: 0 1; }
#body { width: auto; height: auto; color: $text-muted; margin: 0 1 0 0; }
#home-side { width: 1fr; height: 1fr; }
#areas { grid-size: 2 3; grid-gutter: 0 1; height: 4; grid-rows: 1; padding: 0 0 1 0; }
Pick { width: auto; height: 1; padding: 0 1; background: $panel; color: $foreground; text-wrap: nowrap; }
Pick:hover { background: $primary-muted; }
Pick:focus { text-style: bold reverse; }
#areas Pick { width: 100%; }
#recent { height: auto; }
#recent Pick { width: 100%; background: $background; text-overflow: ellipsis; }
#recent.-some { padding: 0 0 1 0; }
#home-scroll, .page-scroll { height: 1fr; scrollbar-size: 1 1; scrollbar-background: $surface;
    scrollbar-color: $primary-muted; }
#home-facts { height: auto; }
#do-attach { display: none; width: 100%; margin: 0 0 1 0; color: $accent; text-overflow: ellipsis; }
#home-actions, .page-actions { layout: grid; grid-size: 4 2; grid-rows: 1; grid-gutter: 0 1; height: 2;
    padding: 0 1; }
#home-actions { grid-size: 5 2; }
.-wide #home-actions { grid-size: 9 1; height: 1; }
.-narrow #home-actions Pick, .-wide #home-actions Pick { padding: 0; }
.-wide .page-actions { grid-size: 8 1; height: 1; }
HistoryScreen .page-actions { grid-size: 5 2; }
HistoryScreen.-wide .page-actions { grid-size: 9 1; }
#home-actions Pick, .page-actions Pick { width: 100%; }
.-narrow .page-actions Pick, .-wide .page-actions Pick { padding: 0; }
.-narrow #areas Pick { padding: 0; }
.-wide #home-side { padding: 0 0 0 4; }
.page-list { height: auto; max-height: 6; padding: 0 1; scrollbar-size: 1 1; }
ListPage.-high .page-list { max-height: 14; }
RolesScreen .page-list { height: 1fr; max-height: 100%; }
#do-start { background: $primary-muted; text-style: bold; }
.page-list Pick { width: 100%; background: $background; text-overflow: ellipsis; }
.page-scroll { padding: 0 1; margin: 0 1; background: $surface; }
.page-scroll:focus { border-left: thick $primary; }
.page-text { height: auto; }
#after-loud { height: auto; margin: 0 1; padding: 0 1; text-style: bold; background: $error;
    color: $background; }
#after-outcome { height: 1; margin: 1 2 0 2; text-style: bold; color: $success; text-wrap: nowrap; }
#after-outcome.-ended { color: $primary; }
#after-outcome.-alarm { color: $error; }
AfterScreen .page-list { display: none; }
AfterScreen .page-scroll { margin: 1 1 0 1; }
.-short #after-outcome { margin: 0 2; }
AfterScreen.-short .page-scroll { margin: 0 1; }
AfterScreen .page-actions { grid-size: 3 1; height: 1; }
.page-hint { height: 1; padding: 0 1; color: $warning; text-wrap: nowrap; text-overflow: ellipsis; }
AskPanel { height: auto; padding: 0 1; }
#ask-question { height: auto; text-style: bold; color: $primary; }
#ask-typed { width: 100%; max-width: 64; }
#ask-pad, #ask-answers { height: 1; }
#ask Pick { margin: 0 1 0 0; }
#ask-pad Pick { margin: 0; }
.-asking .page-list, .-asking .page-actions, .-asking .page-hint { display: none; }
#form-who, #form-sure { height: 1fr; padding: 1 2; }
#form-who Input { width: 40; max-width: 100%; background: $panel; padding: 0 1; }
#form-who Input:focus { border-left: none; background: $primary-muted; }
.form-text { height: auto; color: $text-muted; }
.form-label { height: 1; margin: 1 0 0 0; text-style: bold; }
.-monochrome Pick:hover { text-style: underline; }
.-monochrome #form-who Input { text-style: underline; }
.-ascii #home-scroll, .-ascii .page-scroll, .-ascii .page-list { scrollbar-size: 0 0; }
.-ascii .page-scroll:focus { border-left: none; text-style: reverse; }
.-ascii #recent Pick, .-ascii #after-outcome { text-overflow: clip; }
.-ascii .page-title, .-ascii .page-list Pick, .-ascii .page-hint { text-overflow: clip; }
"""
