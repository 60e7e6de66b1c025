namespace PyWharf.Infrastructure.Toml;

/// <summary>How a document defines a table, which determines what may still add to it.</summary>
internal enum TomlTableOrigin
{
    /// <summary>By braces, so that nothing can add to it. Also a table that is not read from a document.</summary>
    Inline,

    /// <summary>By the header of a table in it: it may still get its own header, once, or dotted keys.</summary>
    Implied,

    /// <summary>By its own header.</summary>
    Header,

    /// <summary>By dotted keys: it cannot get a header of its own any more, but tables in it can.</summary>
    DottedKey,
}
