// On a narrow page what a search can be narrowed by stands before the quotes: closed, until it is wanted.
if (matchMedia("(max-width: 46rem)").matches) {
  for (const facet of document.querySelectorAll(".facet")) facet.open = false;
}
