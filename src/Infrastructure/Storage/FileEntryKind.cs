namespace PyWharf.Infrastructure.Storage;

/// <summary>What lies under a name.</summary>
internal enum FileEntryKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link, to whatever.</summary>
    Link,

    /// <summary>A named pipe, a socket, a device.</summary>
    Other,
}
