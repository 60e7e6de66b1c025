namespace PyWharf.Infrastructure.Storage;

/// <summary>The kind of a <see cref="FileEntry"/>.</summary>
internal enum FileEntryKind
{
    /// <summary>There is no entry of that name.</summary>
    None,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A named pipe, a socket, a device.</summary>
    Other,
}
