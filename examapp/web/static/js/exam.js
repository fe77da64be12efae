// Begins the exam page; what it does stands in exam/page.js.

import { ExamPage } from './exam/page.js';

new ExamPage(document.querySelector('[data-exam]')).begin();
