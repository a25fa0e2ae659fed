// The two functions of @atlaskit/editor-common that the storage transformer uses; the package itself brings 2 GB.

/** The day of a timestamp in milliseconds, ISO 8601. */
function timestampToIsoFormat(timestamp) {
  return new Date(Number(timestamp)).toISOString().slice(0, 10);
}

/** The widths of a table node's columns in pixels; empty unless each column has one. */
function calcTableColumnWidths(table) {
  const widths = [];
  table.forEach((row) => {
    let column = 0;
    row.forEach((cell) => {
      const { colspan = 1, colwidth } = cell.attrs;
      for (let i = 0; i < colspan; i += 1) {
        if (colwidth && colwidth[i] && !widths[column + i]) widths[column + i] = colwidth[i];
      }
      column += colspan;
    });
  });
  return widths.includes(undefined) ? [] : widths;
}

module.exports = { timestampToIsoFormat, calcTableColumnWidths };
