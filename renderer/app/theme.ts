import { createTheme, type MantineColorsTuple } from '@mantine/core';

const iris: MantineColorsTuple = ['#eef0ff', '#dde1fb', '#b9c0f2', '#929dea', '#727fe3', '#5d6cdf', '#5262dd', '#4251c4', '#3a48b0', '#2f3d9c'];
const dark: MantineColorsTuple = ['#d5d8de', '#aeb4be', '#8a919d', '#5f6672', '#3a404b', '#2b3039', '#21252d', '#191c22', '#14171c', '#0f1115'];
// Dark enough for white letters on them, and for letters of them on white: 4.5 to 1 (WCAG AA).
const red: MantineColorsTuple = ['#fdeaea', '#fad4d5', '#f5a9ab', '#f0767a', '#ef858a', '#d63f45', '#c9363c', '#c42b31', '#a82329', '#8c1c21'];
const teal: MantineColorsTuple = ['#e6f6ec', '#c9ecd7', '#93d9b0', '#6bcf9c', '#4cc38a', '#2a9d65', '#1f8a55', '#1a7f4b', '#15693d', '#105430'];

export const theme = createTheme({
  primaryColor: 'iris',
  primaryShade: { light: 7, dark: 6 },
  colors: { iris, dark, red, teal },
  fontFamily: 'Inter, "Segoe UI", system-ui, -apple-system, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "JetBrains Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '11.5px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '20px' }, h2: { fontSize: '16px' }, h3: { fontSize: '14px' } } },
  defaultRadius: 6,
  focusRing: 'auto',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Button: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Input: { defaultProps: { size: 'xs' } },
    InputDescription: { defaultProps: { fz: 11.5 } },
    Textarea: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs' } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true, fz: 'xs' } },
    Modal: { defaultProps: { centered: true, radius: 8, transitionProps: { duration: 120 } } },
  },
});
