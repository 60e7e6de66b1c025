namespace PyWharf.Application.Ports;

/// <summary>How a publication that did not fail ended.</summary>
public enum Publication
{
    /// <summary>The file is new.</summary>
    Published,

    /// <summary>The same bytes were there under that name already; nothing was changed.</summary>
    AlreadyPublished,
}
