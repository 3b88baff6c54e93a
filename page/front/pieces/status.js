/* Tells the events that the visitor asked for something new. */
seewhy.outdate = () => trigger("outdate");
/* Asks the last question about the picture on the page once more. */
seewhy.repeat = () => trigger("repeat");
