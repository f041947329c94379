"""How the run screen looks in every theme; without colour by bold, underline and reverse."""

from __future__ import annotations

CSS = """
RunScreen { layout: vertical; layers: base overlay; background: $background;
    scrollbar-background: $surface; scrollbar-color: $primary-muted; scrollbar-size: 1 1; overflow: hidden; }
VerticalScroll, #choices {
    scrollbar-background: $surface; scrollbar-color: $primary-muted; scrollbar-size: 1 1; }
#head { height: 1; padding: 0 2; background: $panel; }
#title { width: 1fr; height: 1; text-style: bold; text-overflow: ellipsis; text-wrap: nowrap; }
#badges { width: auto; height: 1; color: $accent; text-style: bold; }
#demo { height: 1; padding: 0 2; color: $text-muted; }
#line { height: auto; max-height: 6; padding: 1 2; text-style: bold; color: $foreground; }
#line.-running { color: $primary; }
#line.-asking, #line.-paused { color: $warning; }
#line.-stopping { color: $background; background: $warning; }
#middle { height: auto; max-height: 7; padding: 0 2 1 2; }
#countdown { width: auto; min-width: 16; height: auto; margin-right: 3; text-style: bold; }
#beside { height: auto; width: 1fr; }
#beside Static { height: auto; }
#next { color: $text-muted; }
#note { height: auto; max-height: 3; padding: 0 2; color: $accent; }
#near { height: auto; max-height: 1; padding: 0 2; color: $warning; text-style: bold;
    text-wrap: nowrap; text-overflow: ellipsis; }
#note.-nothing, #near.-nothing, #levels.-nothing { display: none; }
#now { height: 1fr; min-height: 0; padding: 0 2; }
#steps { width: 40%; min-width: 36; height: 1fr; margin-right: 2; scrollbar-size: 0 0; }
#step-list { color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
Plot { width: 1fr; height: 1fr; max-height: 18; }
.-no-plot Plot { display: none; }
.-no-plot #steps { width: 1fr; }
RunScreen.-panel #now { display: none; }

#panel { height: 1fr; margin: 0 2; padding: 1 2 0 2; background: $surface; border-left: thick $warning; }
#panel.-done { border-left: thick $success; }
#panel.-ended { border-left: thick $primary; }
#panel.-alarm { border-left: thick $error; }
#panel-head { height: auto; text-style: bold; color: $warning; padding: 0 0 1 0; }
#panel.-done #panel-head { color: $success; }
#panel.-ended #panel-head { color: $primary; }
#panel.-alarm #panel-head { color: $error; }
#panel-loud { height: auto; text-style: bold; margin: 0 0 1 0; }
#panel.-alarm #panel-loud { background: $error; color: $background; padding: 0 1; margin: 0 0 1 0; }
#panel-scroll { height: auto; max-height: 1fr; scrollbar-size: 1 1; }
.-reading #panel-scroll { height: 1fr; }
#panel-text { height: auto; }
#panel-hint { height: auto; color: $text-muted; padding: 0; }
#panel-scroll { margin: 0 0 1 0; }
RunScreen.-reading #panel-scroll { margin: 0; }
#choices { height: auto; max-height: 12; padding: 1 0 0 0; overflow-y: auto; }
#choices.-across { layout: horizontal; }
.-reading #middle, .-reading #line { display: none; }

#deeds { height: auto; layout: vertical; }
#actions { height: auto; padding: 1 2 0 2; }
#levels { height: auto; padding: 0 2; }
.-tall #actions { padding: 0 2; }
.-wide #deeds { layout: horizontal; }
.-wide #actions { width: auto; padding: 1 0 0 2; }
.-wide #levels { width: auto; padding: 1 0 0 0; }
DeedButton, DeedButton:hover {
    width: auto; min-width: 3; height: 1; padding: 0 1; margin: 0 1 0 0;
    border: none; background: $panel; color: $foreground;
}
DeedButton:hover { background: $primary-muted; }
DeedButton:focus { background: $primary; color: $background; text-style: bold; }
DeedButton:disabled { opacity: 100%; background: $surface; color: $text-muted; }
#actions DeedButton.-pause { background: $primary-muted; text-style: bold; }
#actions DeedButton.-stop { background: $error; color: $background; text-style: bold; }
#actions DeedButton.-stop:focus { text-style: bold reverse; }
#choices DeedButton { margin: 0 1 0 0; background: $primary-muted; }
#choices DeedButton:focus { background: $primary; color: $background; }
#status { height: 1; padding: 0 2; margin-top: 1; background: $panel; color: $text-muted;
    text-wrap: nowrap; text-overflow: ellipsis; }
#help { layer: overlay; width: 100%; height: 100%; max-width: 84; max-height: 22; padding: 1 3;
    background: $panel; border-left: thick $primary; offset: 2 1; }

.-tall #actions DeedButton, .-high #actions DeedButton { height: 3; padding: 1 2; }
.-tall #levels DeedButton, .-high #levels DeedButton { padding: 0 2; }
.-wide.-tall #levels DeedButton, .-wide.-high #levels DeedButton { height: 3; padding: 1; }
.-high #choices.-across DeedButton { height: 3; padding: 1 2; }
.-narrow #now { padding: 0 1; }
.-narrow Plot { display: none; }
.-narrow #steps { width: 1fr; }
.-narrow #head, .-narrow #status { padding: 0 1; }
.-narrow #line { padding: 1; }
.-narrow #note, .-narrow #near { padding: 0 1; }
.-narrow #note { max-height: 4; }
.-high #near { max-height: 3; }
.-narrow #middle { padding: 0 1 1 1; }
.-narrow #actions { padding: 1 1 0 1; }
.-narrow #levels { padding: 0 1; }
.-narrow DeedButton { margin: 0; }
.-narrow #choices DeedButton { margin: 0 1 0 0; }
.-narrow #panel { margin: 0 1; padding: 0 1; }
.-short #line, .-short #middle { padding: 0 1; }
.-short #actions { padding: 0 1; }
.-panel #next { display: none; }
.-short #panel { padding: 0 1; }
.-short #panel-head { padding: 0; }
.-short #choices { padding: 0; max-height: 6; }
.-short #status { margin-top: 0; }
.-low #now, .-low #status, .-low #demo, .-low #next, .-low #near, .-low #note { display: none; }
.-low #middle { padding: 0 1; }
.-low #line { padding: 0 1; }
.-low #actions { padding: 0 1; }
.-low #panel-hint { padding: 0; }

RunScreen.-low.-panel #levels, RunScreen.-reading #levels, RunScreen.-screening #levels { display: none; }
RunScreen.-reading #actions { padding: 0 2; }
RunScreen.-reading #head { display: none; }
RunScreen.-reading.-high #head { display: block; }
RunScreen.-reading #actions DeedButton { height: 1; padding: 0 1; }
RunScreen.-reading #panel { padding: 0 1; margin: 0; }
RunScreen.-reading #choices { padding: 0; }
RunScreen.-over #line, RunScreen.-over #middle, RunScreen.-over #status, RunScreen.-over #near,
RunScreen.-over #note, RunScreen.-reading #note, RunScreen.-reading #near,
RunScreen.-screening #note, RunScreen.-screening #near { display: none; }
RunScreen.-over #panel { margin: 1 2; }
RunScreen.-asked #line { display: none; }
RunScreen.-asked #middle { padding: 1 2; }
RunScreen.-asked.-short #middle { padding: 0 1; }
RunScreen.-reading #panel-head { padding: 0; }
RunScreen.-reading #status { display: none; }

#screening { height: 1fr; padding: 0 1; }
#screening-head { height: 1; text-style: bold; color: $warning; }
#screening-rows { height: 1fr; scrollbar-size: 1 1; }
SheetLine { height: auto; width: 1fr; }
SheetLine.-marked { color: $warning; text-style: bold; }
SheetLine.-over { color: $primary; text-style: bold; }
SheetLine.-here { background: $panel; text-style: bold; }
SheetLine:hover { background: $surface; }
#screening-foot { height: 1; }
#screening-hint { width: 1fr; height: 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
#screening-foot DeedButton { background: $primary-muted; text-style: bold; margin: 0 2 0 0; }
#screening-foot DeedButton:focus { background: $primary; color: $background; }
RunScreen.-screening #line, RunScreen.-screening #middle, RunScreen.-screening #now,
RunScreen.-screening #status, RunScreen.-screening #demo { display: none; }
RunScreen.-screening #actions { padding: 0 1; }
RunScreen.-screening #actions DeedButton { height: 1; padding: 0 1; }

.-ascii #title, .-ascii #status, .-ascii #step-list { text-overflow: clip; }
.-ascii #screening-rows, .-ascii #help { scrollbar-size: 0 0; }
.-ascii #panel, .-ascii #help { border-left: none; }

.-monochrome #line.-stopping, .-monochrome #panel.-alarm #panel-loud { text-style: bold reverse; }
.-monochrome #actions DeedButton.-stop { text-style: bold reverse; }
.-monochrome #actions DeedButton.-stop:focus { text-style: bold underline; }
.-monochrome DeedButton:hover, .-monochrome SheetLine:hover { text-style: underline; }
.-monochrome DeedButton:focus, .-monochrome #choices DeedButton:focus,
.-monochrome #screening-foot DeedButton:focus { text-style: bold reverse; }
.-monochrome DeedButton:disabled { text-style: dim; }
.-monochrome SheetLine.-here { text-style: bold underline; }
"""
