namespace PyWharf.Infrastructure.Toml;

/// <summary>How a document came to a table, which decides who may still add to it.</summary>
internal enum TomlTableOrigin
{
    /// <summary>A value in braces: closed. Also what a program makes.</summary>
    Inline,

    /// <summary>Named on the way to a longer header: it may get its own header, once, or dotted keys.</summary>
    Implied,

    /// <summary>It has its own header.</summary>
    Header,

    /// <summary>Named by dotted keys: no header of its own any more, but its sub-tables may have theirs.</summary>
    DottedKey,
}
