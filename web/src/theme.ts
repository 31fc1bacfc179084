// The theme: that of the system, or the choice of the user.
import { signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";
const KEY = "tradecore.theme";
const system = matchMedia("(prefers-color-scheme: dark)");

const stored = localStorage.getItem(KEY);
export const theme = signal<Theme>(stored === "light" || stored === "dark" ? stored : "system");

export const dark = signal(false);

export function chooseTheme(choice: Theme): void {
  theme.value = choice;
  if (choice === "system") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, choice);
  applyTheme();
}

export function applyTheme(): void {
  dark.value = theme.value === "dark" || (theme.value === "system" && system.matches);
  document.documentElement.dataset.theme = dark.value ? "dark" : "light";
}

system.addEventListener("change", applyTheme);
