import { useRef } from "preact/hooks";

export interface TabsProps<T extends string> {
  /** What the tabs are about, for those who do not see it. */
  readonly label: string;
  /** Each tab's id and its words. */
  readonly tabs: readonly (readonly [T, string])[];
  readonly current: T;
  readonly onChoose: (tab: T) => void;
}

/** A list of tabs; left, right, Home and End choose one, as the ARIA pattern has it. */
export function Tabs<T extends string>({ label, tabs, current, onChoose }: TabsProps<T>) {
  const list = useRef<HTMLDivElement>(null);
  const choose = (index: number) => {
    const tab = tabs[(index + tabs.length) % tabs.length];
    if (tab === undefined) return;
    onChoose(tab[0]);
    list.current?.querySelector<HTMLElement>(`#tab-${tab[0]}`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = tabs.findIndex(([tab]) => tab === current);
    const target = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: -1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    choose(target);
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} ref={list}>
      {tabs.map(([tab, words]) => (
        <button
          key={tab}
          id={`tab-${tab}`}
          type="button"
          role="tab"
          aria-selected={tab === current}
          aria-controls="tabpanel"
          tabIndex={tab === current ? 0 : -1}
          onClick={() => onChoose(tab)}
          onKeyDown={onKeyDown}
        >
          {words}
        </button>
      ))}
    </div>
  );
}
