/// Names to put together.
enum SampleNames {
    static let female = [
        "Abena", "Alma", "Beatriz", "Carla", "Dagny", "Elena", "Farah", "Greta", "Hana", "Ines",
        "Jolene", "Keiko", "Leila", "Mabel", "Nadia", "Odette", "Priya", "Rosa", "Selma", "Tamar",
        "Uma", "Vera", "Wilma", "Yara", "Zelda",
    ]
    static let male = [
        "Abel", "Bruno", "Cyrus", "Dario", "Edwin", "Felix", "Gustav", "Hugo", "Ivo", "Jamal",
        "Kofi", "Leon", "Marcus", "Nils", "Omar", "Pavel", "Quentin", "Rafael", "Samir", "Tobias",
        "Umberto", "Viktor", "Wendell", "Yusuf", "Zoltan",
    ]
    static let family = [
        "Abbott", "Barros", "Castell", "Dalby", "Eklund", "Farrow", "Gantry", "Haddad", "Ibsen",
        "Jansen", "Kimura", "Lindqvist", "Mbeki", "Novak", "Okafor", "Petrov", "Quill", "Rahman",
        "Sandoval", "Thorne", "Ueda", "Varga", "Whitlock", "Ximenes", "Yilmaz", "Zeller",
        "Ashdown", "Brightwater", "Corwin", "Delacroix",
    ]
}
