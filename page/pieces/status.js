/* Tells the events that the visitor asked for something new. */
seewhy.outdate = () => trigger("outdate");
