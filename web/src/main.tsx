import "./style/base.css";
import "./style/layout.css";
import "./style/parts.css";
import "./style/screens.css";
import "./style/chart.css";
import { render } from "preact";
import { App } from "./app";
import { finishProviderSignIn } from "./provider_sign_in";
import { askServer } from "./server";
import { restore } from "./session";
import { applyTheme } from "./theme";

applyTheme();
void askServer();
void finishProviderSignIn().then(restore);
render(<App />, document.getElementById("app") as HTMLElement);
