namespace PyWharf.Application.Archives;

/// <summary>What an entry of an archive becomes when it is unpacked.</summary>
internal enum EntryKind
{
    File,
    Folder,

    /// <summary>A symbolic or a hard link.</summary>
    Link,
}
