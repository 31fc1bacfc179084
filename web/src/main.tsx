import "./style/base.css";
import "./style/layout.css";
import "./style/parts.css";
import "./style/screens.css";
import "./style/chart.css";
import { render } from "preact";
import { App } from "./app";
import { askServer } from "./server";
import { restore } from "./session";
import { applyTheme } from "./theme";

applyTheme();
void askServer();
void restore();
render(<App />, document.getElementById("app") as HTMLElement);
