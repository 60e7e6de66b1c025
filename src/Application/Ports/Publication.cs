namespace PyWharf.Application.Ports;

/// <summary>The result of a successful publication.</summary>
public enum Publication
{
    /// <summary>The file is new.</summary>
    Published,

    /// <summary>The same bytes are published under that name already; nothing was changed.</summary>
    AlreadyPublished,
}
