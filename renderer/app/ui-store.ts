import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { ByteString, ClusterKey } from '../../core/contract/types.ts';
import type { Language } from '../i18n/index.ts';

export type Section = 'overview' | 'keys' | 'watch' | 'leases' | 'members' | 'maintenance';
export const sections: readonly Section[] = ['overview', 'keys', 'watch', 'leases', 'members', 'maintenance'];
export type Dialog = 'newCluster' | 'connect' | 'newKey' | 'openKey' | 'findKeys' | 'grantLease' | 'editProfile' | 'addMember' | 'settings' | 'clusterSettings' | undefined;

/** Percent. */
export const usualTreeShare = 36;

interface UiState {
  cluster: ClusterKey | undefined;
  section: Section;
  language: Language;
  /** Between the levels of the key tree. */
  separator: string;
  /** Width of the key tree, percent of its page. */
  treeShare: number;
  dialog: Dialog;
  /** Which cluster `editProfile` and `clusterSettings` are about. */
  edited: ClusterKey | undefined;
  /** A key that the keys' page is to show next. */
  wantedKey: ByteString | undefined;
  open(cluster: ClusterKey, section?: Section): void;
  show(section: Section): void;
  setLanguage(language: Language): void;
  setSeparator(separator: string): void;
  setTreeShare(percent: number): void;
  setDialog(dialog: Dialog): void;
  wantKey(key: ByteString | undefined): void;
  editProfile(cluster: ClusterKey): void;
  /** Opens it too: its members are shown with its settings. */
  editSettings(cluster: ClusterKey): void;
}

/** What the user has chosen to look at, kept between starts. */
export const useUi = create<UiState>()(
  persist(
    (set) => ({
      cluster: undefined,
      section: 'overview',
      language: navigator.language.startsWith('zh') ? 'zh' : 'en',
      separator: '/',
      treeShare: usualTreeShare,
      dialog: undefined,
      wantedKey: undefined,
      edited: undefined,
      open: (cluster, section) => set((state) => ({ cluster, section: section ?? state.section })),
      show: (section) => set({ section }),
      setLanguage: (language) => set({ language }),
      setSeparator: (separator) => set({ separator }),
      setTreeShare: (treeShare) => set({ treeShare }),
      setDialog: (dialog) => set({ dialog }),
      editProfile: (edited) => set({ edited, dialog: 'editProfile' }),
      editSettings: (edited) => set({ edited, cluster: edited, dialog: 'clusterSettings' }),
      wantKey: (wantedKey) => set(wantedKey === undefined ? { wantedKey } : { wantedKey, section: 'keys' }),
    }),
    { name: 'quorate-ui', partialize: ({ cluster, section, language, separator, treeShare }) => ({ cluster, section, language, separator, treeShare }) },
  ),
);
